#include "core/yaml.h"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "core/json.h"
#include "core/unicode.h"

namespace tenon {
namespace {

constexpr std::size_t kMaxNodes = 200'000;
constexpr std::size_t kMaxDepth = 64;

template <class Number>
std::optional<Number> number_of(const std::string& text) {
  Number number{};
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto [end, failed] = std::from_chars(begin, text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

json::value plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null") return nullptr;
  if (text == "true" || text == "True") return true;
  if (text == "false" || text == "False") return false;
  const bool numeric_start = std::isdigit(static_cast<unsigned char>(text[0])) != 0 || text[0] == '-' || text[0] == '.';
  if (numeric_start) {
    if (auto integer = number_of<std::int64_t>(text)) return *integer;
    if (auto decimal = number_of<double>(text); decimal && std::isfinite(*decimal)) return *decimal;
  }
  return json::string(text);
}

class Converter {
 public:
  explicit Converter(std::string_view source) : source_(source) {}

  json::value convert(const YAML::Node& node, std::size_t depth) {
    if (++nodes_ > kMaxNodes) refuse(node, "too many values");
    if (depth > kMaxDepth) refuse(node, "nested too deeply");
    switch (node.Type()) {
      case YAML::NodeType::Map: {
        json::object object;
        for (const auto& entry : node) {
          if (!entry.first.IsScalar()) refuse(entry.first, "a key must be text");
          const std::string& key = entry.first.Scalar();
          if (object.contains(key)) refuse(entry.first, fmt::format("the key \"{}\" stands twice", key));
          object.emplace(key, convert(entry.second, depth + 1));
        }
        return object;
      }
      case YAML::NodeType::Sequence: {
        json::array array;
        for (const auto& element : node) array.push_back(convert(element, depth + 1));
        return array;
      }
      case YAML::NodeType::Scalar:
        if (node.Tag() == "?" || node.Tag().empty()) return plain_scalar(node.Scalar());
        return json::string(node.Scalar());
      default:
        return nullptr;
    }
  }

 private:
  [[noreturn]] void refuse(const YAML::Node& node, std::string_view why) const {
    throw Error(ErrorCode::invalid_argument, fmt::format("{}, line {}: {}", source_, node.Mark().line + 1, why));
  }

  std::string_view source_;
  std::size_t nodes_ = 0;
};

}  // namespace

json::value parse_yaml(std::string_view text, std::string_view source) {
  if (!is_valid_text(text)) throw Error(ErrorCode::invalid_argument, fmt::format("{} is not UTF-8 text", source));
  try {
    return Converter(source).convert(YAML::Load(std::string(text)), 0);
  } catch (const YAML::Exception& failure) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{} is not valid YAML at line {}, column {}: {}", source,
                                                         failure.mark.line + 1, failure.mark.column + 1, failure.msg));
  }
}

json::value read_structured(const std::filesystem::path& file) {
  const std::string text = read_text(file);
  if (file.extension() == ".json") return parse_json(text, file.string());
  return parse_yaml(text, file.string());
}

std::string read_text(const std::filesystem::path& file, std::size_t limit) {
  std::error_code failed;
  if (std::filesystem::is_directory(file, failed)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{} is a directory, not a file", file.string()));
  }
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw system_error(fmt::format("cannot read {}", file.string()), errno == 0 ? EIO : errno);
  std::string text;
  std::array<char, 1U << 16U> buffer{};
  while (stream.read(buffer.data(), buffer.size()) || stream.gcount() > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > limit) {
      throw Error(ErrorCode::invalid_argument, fmt::format("{} is larger than {} bytes", file.string(), limit));
    }
  }
  return text;
}

}  // namespace tenon
