#include "native/diff/patch/placement.h"

#include <algorithm>

namespace tenon::diff::patch {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view without_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

void skip_space(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

// Amounts of whitespace do not matter; whether there is any does.
bool equal_but_amounts(std::string_view one, std::string_view other) {
  one = without_end(one);
  other = without_end(other);
  while (!one.empty() && !other.empty()) {
    if (is_space(one.front()) != is_space(other.front())) return false;
    if (is_space(one.front())) {
      skip_space(one);
      skip_space(other);
    } else {
      if (one.front() != other.front()) return false;
      one.remove_prefix(1);
      other.remove_prefix(1);
    }
  }
  return one.empty() && other.empty();
}

bool equal_but_whitespace(std::string_view one, std::string_view other) {
  for (;;) {
    skip_space(one);
    skip_space(other);
    if (one.empty() || other.empty()) return one.empty() && other.empty();
    if (one.front() != other.front()) return false;
    one.remove_prefix(1);
    other.remove_prefix(1);
  }
}

// How many lines of the hunk must be in the image. Where blank lines at the end of a file are whitespace errors that
// were fixed meanwhile, a hunk may reach beyond the end with blank lines.
std::optional<std::size_t> lines_inside(const Image& image, const OldSide& side, std::size_t line,
                                        const Anchors& anchors, const MatchRules& rules) {
  if (line > image.size() || (anchors.at_begin && line > 0)) return std::nullopt;
  const std::size_t room = image.size() - line;
  if (side.lines.size() <= room) {
    if (anchors.at_end && side.lines.size() != room) return std::nullopt;
    return side.lines.size();
  }
  if (!rules.fix || !rules.fix->blank_at_end_of_file) return std::nullopt;
  const auto begin = side.lines.begin();
  const auto is_blank_line = [](const SideLine& line) { return is_blank(line.text); };
  if (std::all_of(begin, begin + static_cast<std::ptrdiff_t>(room), is_blank_line)) return std::nullopt;
  return room;
}

bool fits_exactly(const Image& image, const OldSide& side, std::size_t line) {
  for (std::size_t i = 0; i < side.lines.size(); ++i) {
    if (side.lines[i].text != image[line + i].text()) return false;
  }
  return true;
}

// Lines of the hunk that reach beyond the file must be blank.
bool rest_is_blank(const OldSide& side, std::size_t inside) {
  return std::all_of(side.lines.begin() + static_cast<std::ptrdiff_t>(inside), side.lines.end(),
                     [](const SideLine& line) { return is_blank(line.text); });
}

std::optional<Place> place_ignoring_amounts(const Image& image, const OldSide& side, std::size_t line,
                                            std::size_t inside) {
  std::vector<std::string_view> before;
  for (std::size_t i = 0; i < inside; ++i) {
    if (!equal_but_amounts(side.lines[i].text, image[line + i].text())) return std::nullopt;
    before.push_back(image[line + i].text());
  }
  if (!rest_is_blank(side, inside)) return std::nullopt;
  for (std::size_t i = inside; i < side.lines.size(); ++i) before.push_back(side.lines[i].text);
  return Place{.first = line, .count = inside, .context = std::move(before)};
}

std::optional<Place> place_with_fixes(Image& image, const OldSide& side, std::size_t line, std::size_t inside,
                                      const WhitespaceRule& rule) {
  for (std::size_t i = 0; i < inside; ++i) {
    if (!equal_but_whitespace(side.lines[i].text, image[line + i].text())) return std::nullopt;
  }
  if (!rest_is_blank(side, inside)) return std::nullopt;
  std::vector<std::string_view> before;
  for (std::size_t i = 0; i < side.lines.size(); ++i) {
    std::string fixed = with_whitespace_fixed(side.lines[i].text, rule);
    if (i < inside && fixed != with_whitespace_fixed(image[line + i].text(), rule)) return std::nullopt;
    before.push_back(image.keep(std::move(fixed)));
  }
  return Place{.first = line, .count = inside, .context = std::move(before)};
}

}  // namespace

std::optional<Place> place_at(Image& image, const OldSide& side, std::size_t line, const Anchors& anchors,
                              const MatchRules& rules) {
  const std::optional<std::size_t> inside = lines_inside(image, side, line, anchors, rules);
  if (!inside) return std::nullopt;
  // Hunks never overlap.
  for (std::size_t i = line; i < line + *inside; ++i) {
    if (image[i].is_written()) return std::nullopt;
  }
  if (*inside == side.lines.size() && fits_exactly(image, side, line)) {
    return Place{.first = line, .count = *inside, .context = {}};
  }
  if (rules.match == WhitespaceMatch::ignore_amount) return place_ignoring_amounts(image, side, line, *inside);
  if (rules.fix) return place_with_fixes(image, side, line, *inside, *rules.fix);
  return std::nullopt;
}

std::optional<Place> nearest_place(Image& image, const OldSide& side, std::int64_t hint, const Anchors& anchors,
                                   const MatchRules& rules) {
  const auto size = static_cast<std::int64_t>(image.size());
  // A place at an end cannot be anywhere else.
  if (anchors.at_begin) {
    hint = 0;
  } else if (anchors.at_end) {
    hint = size - static_cast<std::int64_t>(side.lines.size());
  }
  if (hint < 0 || hint > size) hint = size;
  const auto try_at = [&](std::int64_t line) {
    return place_at(image, side, static_cast<std::size_t>(line), anchors, rules);
  };
  if (std::optional<Place> place = try_at(hint)) return place;
  for (std::int64_t distance = 1; hint + distance <= size || hint - distance >= 0; ++distance) {
    if (hint + distance <= size) {
      if (std::optional<Place> place = try_at(hint + distance)) return place;
    }
    if (hint - distance >= 0) {
      if (std::optional<Place> place = try_at(hint - distance)) return place;
    }
  }
  return std::nullopt;
}

std::vector<std::size_t> all_places(Image& image, const OldSide& side, const MatchRules& rules, std::size_t limit) {
  std::vector<std::size_t> lines;
  for (std::size_t line = 0; line <= image.size() && lines.size() < limit; ++line) {
    if (place_at(image, side, line, {}, rules)) lines.push_back(line);
  }
  return lines;
}

}  // namespace tenon::diff::patch
