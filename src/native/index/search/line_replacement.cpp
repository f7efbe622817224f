#include "native/index/search/line_replacement.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tenon::index {
namespace {

bool is_of_name(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
}

struct Reference {
  std::string_view name;
  std::size_t size = 0;  // with the dollar and the braces
};

// `text` begins with a dollar.
std::optional<Reference> reference(std::string_view text) {
  if (text.size() > 1 && text[1] == '{') {
    const std::size_t close = text.find('}');
    if (close == std::string_view::npos) return std::nullopt;
    return Reference{text.substr(2, close - 2), close + 1};
  }
  const auto end = std::ranges::find_if_not(text.substr(1), is_of_name);
  const auto size = static_cast<std::size_t>(end - text.begin());
  if (size == 1) return std::nullopt;
  return Reference{text.substr(1, size - 1), size};
}

}  // namespace

LineReplacement::LineReplacement(const LinePattern& pattern, std::string_view replacement) : matcher_(pattern) {
  while (!replacement.empty()) {
    const std::size_t dollar = std::min(replacement.find('$'), replacement.size());
    add(replacement.substr(0, dollar));
    replacement.remove_prefix(dollar);
    if (replacement.empty()) return;
    if (replacement.starts_with("$$")) {
      add("$");
      replacement.remove_prefix(2);
    } else if (const std::optional<Reference> found = reference(replacement)) {
      add_group(found->name);
      replacement.remove_prefix(found->size);
    } else {
      add("$");
      replacement.remove_prefix(1);
    }
  }
}

void LineReplacement::add(std::string_view text) {
  if (!text.empty()) pieces_.emplace_back(std::string(text));
}

void LineReplacement::add_group(std::string_view name) {
  Group number = 0;
  const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (failed == std::errc() && end == name.data() + name.size()) {
    pieces_.emplace_back(number);
  } else if (const std::optional<std::size_t> named = matcher_.group_named(std::string(name))) {
    pieces_.emplace_back(Group{*named});
  }
}

ReplacedLine LineReplacement::replace(std::string_view line) {
  ReplacedLine replaced;
  std::size_t from = 0;
  std::size_t copied = 0;
  std::optional<std::size_t> last_end;
  while (true) {
    const std::vector<std::optional<Span>> groups = matcher_.groups_in_line(line, from);
    if (groups.empty() || !groups.front()) break;
    const Span match = *groups.front();
    const bool empty = match.begin == match.end;
    from = empty ? match.end + 1 : match.end;
    if (empty && last_end == match.begin) continue;
    last_end = match.end;
    replaced.text += line.substr(copied, match.begin - copied);
    copied = match.end;
    const auto begin = static_cast<std::uint32_t>(replaced.text.size());
    for (const Piece& piece : pieces_) {
      if (const auto* text = std::get_if<std::string>(&piece)) {
        replaced.text += *text;
      } else if (const Group group = std::get<Group>(piece); group < groups.size() && groups[group]) {
        replaced.text += line.substr(groups[group]->begin, groups[group]->end - groups[group]->begin);
      }
    }
    replaced.spans.push_back({begin, static_cast<std::uint32_t>(replaced.text.size())});
  }
  replaced.text += line.substr(copied);
  return replaced;
}

}  // namespace tenon::index
