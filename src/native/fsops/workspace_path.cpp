#include "native/fsops/workspace_path.h"

#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/error.h"
#include "core/unicode.h"

namespace tenon::fsops {
namespace {

constexpr std::size_t kLongestPath = 4096;
constexpr std::size_t kLongestComponent = 255;

// Takes the first character off valid UTF-8.
char32_t take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t character = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length && i < text.size(); ++i) {
    character = (character << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  text.remove_prefix(std::min(length, text.size()));
  return character;
}

void append_character(std::string& text, char32_t character) {
  const auto byte = [&](char32_t value) { text += static_cast<char>(static_cast<unsigned char>(value)); };
  if (character < 0x80) return byte(character);
  if (character < 0x800) {
    byte(0xC0 | (character >> 6U));
    return byte(0x80 | (character & 0x3F));
  }
  if (character < 0x10000) {
    byte(0xE0 | (character >> 12U));
    byte(0x80 | ((character >> 6U) & 0x3F));
    return byte(0x80 | (character & 0x3F));
  }
  byte(0xF0 | (character >> 18U));
  byte(0x80 | ((character >> 12U) & 0x3F));
  byte(0x80 | ((character >> 6U) & 0x3F));
  byte(0x80 | (character & 0x3F));
}

bool between(char32_t character, char32_t first, char32_t last) { return first <= character && character <= last; }

bool is_control(char32_t character) {
  return character < 0x20 || between(character, 0x7F, 0x9F) || character == 0x2028 || character == 0x2029;
}

// What HFS+ ignores in names (git's next_hfs_char), and the other characters that take no room or reorder their line.
bool is_invisible(char32_t character) {
  return between(character, 0x200B, 0x200F) || between(character, 0x202A, 0x202E) ||
         between(character, 0x2060, 0x206F) || character == 0xFEFF || character == 0xAD || character == 0x061C ||
         character == 0x180E;
}

char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_ascii_letter(char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ascii_lower(c);
  return lower;
}

// Percent-encodings that a second decoding somewhere else would turn into a dot, a separator, NUL or another `%`, and
// the first bytes of overlong forms of them.
bool has_risky_escape(std::string_view lower) {
  constexpr std::array<std::string_view, 8> kEscapes = {"%2e", "%2f", "%5c", "%00", "%25", "%c0", "%c1", "%e0%80"};
  for (const std::string_view escape : kEscapes) {
    if (lower.find(escape) != std::string_view::npos) return true;
  }
  return false;
}

// Empty if nothing is wrong.
std::string_view fault_of_text(std::string_view text) {
  if (text.empty()) return "it is empty";
  if (text.size() > kLongestPath) return "it is longer than 4096 bytes";
  if (text.find('\0') != std::string_view::npos) return "it contains a NUL byte";
  if (!is_valid_text(text)) return "it is not valid UTF-8";
  if (text.front() == '/') return "it is absolute";
  if (text.front() == '~') return "it begins with `~`";
  if (text.find('\\') != std::string_view::npos) return "it contains a backslash";
  if (text.size() > 1 && text[1] == ':' && is_ascii_letter(text[0])) return "it begins with a drive letter";
  if (has_risky_escape(ascii_lower(text))) return "it contains percent-encoded dots or separators";
  for (std::string_view rest = text; !rest.empty();) {
    const char32_t character = take_character(rest);
    if (is_control(character)) return "it contains control characters";
    if (is_invisible(character)) return "it contains characters that do not show";
  }
  return {};
}

std::string_view fault_of_component(std::string_view component, Level level) {
  if (component.empty()) return "a component is empty";
  if (component == "." || component == "..") return "it contains a `.` or `..` component";
  if (component.size() > kLongestComponent) return "a component is longer than 255 bytes";
  if (looks_like_git_directory(component)) return "a component is `.git` to some file system";
  if (component.find("::$") != std::string_view::npos) return "it names an alternate data stream";
  if (component.front() == '.' && is_reserved_name(case_folded(component), level)) {
    return "the name is reserved for unfinished writes";
  }
  return {};
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> components;
  for (;;) {
    const std::size_t slash = text.find('/');
    components.push_back(text.substr(0, slash));
    if (slash == std::string_view::npos) return components;
    text.remove_prefix(slash + 1);
  }
}

char32_t folded(char32_t c) {
  if (between(c, U'A', U'Z')) return c + 32;
  if (between(c, 0xC0, 0xDE) && c != 0xD7) return c + 32;
  if (between(c, 0x100, 0x137) || between(c, 0x14A, 0x177)) return c == 0x130 ? U'i' : c | 1U;
  if (between(c, 0x139, 0x148) || between(c, 0x179, 0x17E)) return c % 2 == 1 ? c + 1 : c;
  if (c == 0x178) return 0xFF;
  if (c == 0x17F) return U's';
  if (between(c, 0x391, 0x3AB)) return c + 32;
  if (c == 0x3C2) return 0x3C3;  // final sigma
  if (between(c, 0x410, 0x42F)) return c + 32;
  if (between(c, 0x400, 0x40F)) return c + 80;
  if (between(c, 0x460, 0x481) || between(c, 0x48A, 0x4BF) || between(c, 0x4D0, 0x52F)) return c | 1U;
  if (c == 0x1E9E) return 0xDF;
  if (between(c, 0x1E00, 0x1E95) || between(c, 0x1EA0, 0x1EFF)) return c | 1U;
  if (c == 0x212A) return U'k';  // Kelvin
  if (c == 0x212B) return 0xE5;  // Ångström
  return c;
}

}  // namespace

bool looks_like_git_directory(std::string_view component) {
  std::string name;
  for (std::string_view rest = component; !rest.empty();) {
    const char32_t character = take_character(rest);
    if (!is_invisible(character)) append_character(name, folded(character));
  }
  std::string_view rest = name;
  if (rest.starts_with(".git")) {
    rest.remove_prefix(4);
  } else if (rest.starts_with("git~1")) {
    rest.remove_prefix(5);
  } else {
    return false;
  }
  // NTFS drops dots and spaces at the end and opens what stands before a colon.
  rest = rest.substr(std::min(rest.find_first_not_of(". "), rest.size()));
  return rest.empty() || rest.front() == ':' || rest.front() == '\\';
}

std::string printable(std::string_view bytes) {
  std::string text;
  const bool valid = is_valid_text(bytes);
  while (!bytes.empty()) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    if (byte < 0x80 || !valid) {
      if (byte < 0x20 || byte >= 0x7F) {
        text += fmt::format("\\x{:02x}", byte);
      } else {
        text += static_cast<char>(byte);
      }
      bytes.remove_prefix(1);
      continue;
    }
    const char32_t character = take_character(bytes);
    if (is_control(character) || is_invisible(character)) {
      text += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(character));
    } else {
      append_character(text, character);
    }
  }
  return text;
}

std::string case_folded(std::string_view text) {
  std::string result;
  if (!is_valid_text(text)) return ascii_lower(text);
  while (!text.empty()) append_character(result, folded(take_character(text)));
  return result;
}

std::expected<WorkspacePath, std::string> WorkspacePath::check(std::string_view text) {
  std::string_view fault = fault_of_text(text);
  if (fault.empty()) {
    Level level = Level::root;
    for (const std::string_view component : split(text)) {
      fault = fault_of_component(component, level);
      level = Level::below;
      if (!fault.empty()) break;
    }
  }
  if (!fault.empty()) return std::unexpected(std::string(fault));
  return WorkspacePath(std::string(text));
}

WorkspacePath WorkspacePath::parse(std::string_view text) {
  std::expected<WorkspacePath, std::string> path = check(text);
  if (path) return *std::move(path);
  constexpr std::size_t kShown = 200;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("the path \"{}\" is refused: {}", printable(text.substr(0, kShown)), path.error()),
              "Name a file by its path relative to the project's directory.");
}

std::string_view WorkspacePath::name() const {
  const std::size_t slash = text_.rfind('/');
  return slash == std::string::npos ? std::string_view(text_) : std::string_view(text_).substr(slash + 1);
}

std::optional<WorkspacePath> WorkspacePath::parent() const {
  const std::size_t slash = text_.rfind('/');
  if (slash == std::string::npos) return std::nullopt;
  return WorkspacePath(text_.substr(0, slash));
}

std::vector<std::string_view> WorkspacePath::components() const { return split(text_); }

std::vector<std::vector<std::string>> case_collisions(const std::vector<WorkspacePath>& paths) {
  // Names in one directory that fold to the same. What is below two colliding directories is not reported again.
  std::map<std::pair<std::string, std::string>, std::set<std::string>> spellings;
  for (const WorkspacePath& path : paths) {
    std::string directory;
    for (const std::string_view component : path.components()) {
      std::string whole = directory + std::string(component);
      spellings[{directory, case_folded(component)}].insert(whole);
      directory = std::move(whole) + "/";
    }
  }
  std::vector<std::vector<std::string>> collisions;
  for (const auto& [name, found] : spellings) {
    if (found.size() > 1) collisions.emplace_back(found.begin(), found.end());
  }
  return collisions;
}

}  // namespace tenon::fsops
