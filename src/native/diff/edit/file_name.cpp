#include "native/diff/edit/file_name.h"

#include <algorithm>
#include <array>
#include <set>

#include "native/diff/edit/line_form.h"

namespace tenon::diff::edit {
namespace {

constexpr std::size_t kLinesAbove = 3;

std::string_view base_name(std::string_view path) { return path.substr(path.find_last_of("/\\") + 1); }

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// `.gitignore`, `app.py`, `src/Makefile`; not `Done.` and not `...`.
bool looks_like_path(std::string_view text) {
  if (text.empty() || text.find_first_of(" \t\"'`<>|") != std::string_view::npos) return false;
  const bool named = std::ranges::any_of(text, is_alphanumeric);
  const std::size_t dot = base_name(text).rfind('.');
  const bool extension = dot != std::string_view::npos && dot + 1 < base_name(text).size() && text.back() != '.';
  return named && (extension || text.find('/') != std::string_view::npos) && !text.ends_with('/');
}

bool looks_like_word(std::string_view text) {
  return !text.empty() && !text.ends_with('.') && std::ranges::all_of(text, [](char c) {
    return is_alphanumeric(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '\\' || c == '+' || c == '@';
  }) && std::ranges::any_of(text, is_alphanumeric);
}

std::string letters_and_digits(std::string_view path) {
  std::string result;
  for (const char c : path) {
    if (is_alphanumeric(c)) result.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return result;
}

template <class Matches>
std::optional<std::string> only_one(const std::vector<std::string>& known, Matches matches) {
  const auto first = std::ranges::find_if(known, matches);
  if (first == known.end()) return std::nullopt;
  if (std::find_if(first + 1, known.end(), matches) != known.end()) return std::nullopt;
  return *first;
}

std::optional<std::string> known_file(std::string_view name, const std::vector<std::string>& known) {
  if (std::ranges::find(known, name) != known.end()) return std::string(name);
  if (base_name(name) == name) {
    if (auto found = only_one(known, [&](const std::string& path) { return base_name(path) == name; })) return found;
  }
  const std::string letters = letters_and_digits(name);
  return only_one(known, [&](const std::string& path) { return letters_and_digits(path) == letters; });
}

std::vector<std::string_view> in_backticks(std::string_view line) {
  std::vector<std::string_view> spans;
  for (std::size_t begin = line.find('`'); begin != std::string_view::npos;) {
    const std::size_t end = line.find('`', begin + 1);
    if (end == std::string_view::npos) break;
    spans.push_back(line.substr(begin + 1, end - begin - 1));
    begin = line.find('`', end + 1);
  }
  return spans;
}

// The name that a line is, without what Markdown puts around it.
std::optional<std::string> name_of_line(std::string_view line, LoneWord lone_word) {
  std::string_view text = trimmed(line);
  const bool heading = text.starts_with('#');
  while (text.starts_with('#')) text.remove_prefix(1);
  if (text.starts_with("//")) text.remove_prefix(2);
  text = trimmed(text);
  const bool colon = text.ends_with(':');
  const auto is_decoration = [](char c) { return c == '*' || c == '`' || c == ':' || c == ' ' || c == '"'; };
  const std::string_view decorated = text;
  while (!text.empty() && is_decoration(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_decoration(text.back())) text.remove_suffix(1);
  if (looks_like_path(text)) return std::string(text);
  const bool quoted = decorated.starts_with('`') || decorated.starts_with("**");
  const bool bare = !heading && !colon && lone_word == LoneWord::is_name;
  if (looks_like_word(text) && (bare || quoted)) return std::string(text);
  return std::nullopt;
}

std::optional<std::string> name_in_sentence(std::string_view line, const std::vector<std::string>& known) {
  std::set<std::string> names;
  for (const std::string_view span : in_backticks(line)) {
    if (looks_like_path(span)) names.emplace(span);
  }
  if (names.empty()) {
    const std::string_view whole = trimmed(line);
    if (std::ranges::find(known, whole) != known.end()) return std::string(whole);
    for (const std::string_view separator = " \t,;:()"; const std::string& path : known) {
      const std::size_t found = line.find(path);
      if (found == std::string_view::npos) continue;
      const std::size_t end = found + path.size();
      const bool begins = found == 0 || separator.find(line[found - 1]) != std::string_view::npos;
      const bool ends = end == line.size() || separator.find(line[end]) != std::string_view::npos;
      if (begins && ends) names.insert(path);
    }
  }
  return names.size() == 1 ? std::optional(*names.begin()) : std::nullopt;
}

}  // namespace

std::optional<std::string> file_name_in(const Fence& fence) {
  std::string_view info = fence.info;
  while (!info.empty()) {
    const std::size_t end = info.find_first_of(" \t");
    std::string_view word = info.substr(0, end);
    info = end == std::string_view::npos ? std::string_view() : trimmed(info.substr(end));
    const std::size_t value = word.find_first_of("=:");
    if (value != std::string_view::npos) word.remove_prefix(value + 1);
    const auto is_bracket = [](char c) { return c == '"' || c == '\'' || c == '{' || c == '}'; };
    while (!word.empty() && is_bracket(word.front())) word.remove_prefix(1);
    while (!word.empty() && is_bracket(word.back())) word.remove_suffix(1);
    if (looks_like_path(word)) return std::string(word);
  }
  return std::nullopt;
}

std::optional<std::string> file_name_above(ReplyLines above, const std::vector<std::string>& known,
                                           LoneWord lone_word) {
  std::optional<std::string> name;
  for (std::size_t i = 0; i < std::min(kLinesAbove, above.size()) && !name; ++i) {
    const std::string_view line = above[above.size() - 1 - i];
    if (is_blank(line)) continue;
    if (const std::optional<Fence> fence = fence_in(line)) {
      name = file_name_in(*fence);
      continue;
    }
    name = name_of_line(line, lone_word);
    if (!name) name = name_in_sentence(line, known);
    break;
  }
  if (!name) return std::nullopt;
  std::optional<std::string> completed = known_file(*name, known);
  return completed ? completed : name;
}

bool is_prose(std::string_view path) {
  constexpr std::array kExtensions = std::to_array<std::string_view>({".md", ".mdx", ".markdown", ".rst", ".txt"});
  return std::ranges::any_of(kExtensions, [&](std::string_view extension) { return path.ends_with(extension); });
}

}  // namespace tenon::diff::edit
