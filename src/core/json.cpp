#include "core/json.h"

#include <cmath>

namespace tenon {
namespace {

void append_pretty(std::string& out, const json::value& value, std::size_t indent) {
  const std::string margin(indent + 2, ' ');
  if (value.is_object() && !value.get_object().empty()) {
    out += "{\n";
    std::size_t left = value.get_object().size();
    for (const auto& entry : value.get_object()) {
      out += margin + json::serialize(json::string(entry.key())) + ": ";
      append_pretty(out, entry.value(), indent + 2);
      out += --left == 0 ? "\n" : ",\n";
    }
    out += std::string(indent, ' ') + "}";
  } else if (value.is_array() && !value.get_array().empty()) {
    out += "[\n";
    std::size_t left = value.get_array().size();
    for (const auto& element : value.get_array()) {
      out += margin;
      append_pretty(out, element, indent + 2);
      out += --left == 0 ? "\n" : ",\n";
    }
    out += std::string(indent, ' ') + "]";
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string pretty_json(const json::value& value) {
  std::string out;
  append_pretty(out, value, 0);
  out += '\n';
  return out;
}

namespace json_detail {

void expected(const std::string& path, std::string_view what, const json::value& got) {
  std::string shown = json::serialize(got);
  if (shown.size() > 60) shown = shown.substr(0, 57) + "...";
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{}: expected {}, got {}", path.empty() ? "value" : path, what, shown), "", {{"path", path}});
}

void unknown_member(const std::string& path, std::string_view name, const std::string& known) {
  throw Error(ErrorCode::invalid_argument, fmt::format("{}: not a known name", member_path(path, name)),
              "Known names: " + known + ".", {{"path", member_path(path, name)}});
}

std::string member_path(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

json::value number_json(double number) {
  if (!std::isfinite(number))
    throw Error(ErrorCode::invalid_argument, fmt::format("the number {} cannot be written as JSON", number));
  return number;
}

}  // namespace json_detail
}  // namespace tenon
