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
std::optional<std::size_t> lines_inside(const Image& image, const Sides& sides, std::size_t line,
                                        const Anchors& anchors, const MatchRules& rules) {
  if (line > image.size() || (anchors.at_begin && line > 0)) return std::nullopt;
  const std::size_t room = image.size() - line;
  if (sides.before.size() <= room) {
    if (anchors.at_end && sides.before.size() != room) return std::nullopt;
    return sides.before.size();
  }
  if (!rules.fix || !rules.fix->blank_at_end_of_file) return std::nullopt;
  const auto begin = sides.before.begin();
  const auto is_blank_line = [](const SideLine& side) { return is_blank(side.text); };
  if (std::all_of(begin, begin + static_cast<std::ptrdiff_t>(room), is_blank_line)) return std::nullopt;
  return room;
}

std::vector<std::string_view> texts(const std::vector<SideLine>& lines) {
  std::vector<std::string_view> result;
  result.reserve(lines.size());
  for (const SideLine& line : lines) result.push_back(line.text);
  return result;
}

// The new side with its context as it stands in `before`, line by line; context that has no counterpart is left out.
std::vector<std::string_view> with_context_of(const Sides& sides, const std::vector<std::string_view>& before) {
  std::vector<std::string_view> result;
  std::size_t next = 0;
  for (const SideLine& line : sides.after) {
    if (!line.context) {
      result.push_back(line.text);
      continue;
    }
    while (next < before.size() && !sides.before[next].context) ++next;
    if (next < before.size()) result.push_back(before[next++]);
  }
  return result;
}

bool fits_exactly(const Image& image, const Sides& sides, std::size_t line) {
  for (std::size_t i = 0; i < sides.before.size(); ++i) {
    if (sides.before[i].text != image[line + i].text) return false;
  }
  return true;
}

// Lines of the hunk that reach beyond the file must be blank.
bool rest_is_blank(const Sides& sides, std::size_t inside) {
  return std::all_of(sides.before.begin() + static_cast<std::ptrdiff_t>(inside), sides.before.end(),
                     [](const SideLine& line) { return is_blank(line.text); });
}

std::optional<Place> place_ignoring_amounts(const Image& image, const Sides& sides, std::size_t line,
                                            std::size_t inside) {
  std::vector<std::string_view> before;
  for (std::size_t i = 0; i < inside; ++i) {
    if (!equal_but_amounts(sides.before[i].text, image[line + i].text)) return std::nullopt;
    before.push_back(image[line + i].text);
  }
  if (!rest_is_blank(sides, inside)) return std::nullopt;
  for (std::size_t i = inside; i < sides.before.size(); ++i) before.push_back(sides.before[i].text);
  return Place{.first = line, .count = inside, .after = with_context_of(sides, before)};
}

std::optional<Place> place_with_fixes(Image& image, const Sides& sides, std::size_t line, std::size_t inside,
                                      const WhitespaceRule& rule) {
  for (std::size_t i = 0; i < inside; ++i) {
    if (!equal_but_whitespace(sides.before[i].text, image[line + i].text)) return std::nullopt;
  }
  if (!rest_is_blank(sides, inside)) return std::nullopt;
  std::vector<std::string_view> before;
  for (std::size_t i = 0; i < sides.before.size(); ++i) {
    std::string fixed = with_whitespace_fixed(sides.before[i].text, rule);
    if (i < inside && fixed != with_whitespace_fixed(image[line + i].text, rule)) return std::nullopt;
    before.push_back(image.keep(std::move(fixed)));
  }
  return Place{.first = line, .count = inside, .after = with_context_of(sides, before)};
}

}  // namespace

std::optional<Place> place_at(Image& image, const Sides& sides, std::size_t line, const Anchors& anchors,
                              const MatchRules& rules) {
  const std::optional<std::size_t> inside = lines_inside(image, sides, line, anchors, rules);
  if (!inside) return std::nullopt;
  // Hunks never overlap.
  for (std::size_t i = line; i < line + *inside; ++i) {
    if (image[i].written) return std::nullopt;
  }
  if (*inside == sides.before.size() && fits_exactly(image, sides, line)) {
    return Place{.first = line, .count = *inside, .after = texts(sides.after)};
  }
  if (rules.match == WhitespaceMatch::ignore_amount) return place_ignoring_amounts(image, sides, line, *inside);
  if (rules.fix) return place_with_fixes(image, sides, line, *inside, *rules.fix);
  return std::nullopt;
}

std::optional<Place> nearest_place(Image& image, const Sides& sides, std::int64_t hint, const Anchors& anchors,
                                   const MatchRules& rules) {
  const auto size = static_cast<std::int64_t>(image.size());
  // A place at an end cannot be anywhere else.
  if (anchors.at_begin) {
    hint = 0;
  } else if (anchors.at_end) {
    hint = size - static_cast<std::int64_t>(sides.before.size());
  }
  if (hint < 0 || hint > size) hint = size;
  const auto try_at = [&](std::int64_t line) {
    return place_at(image, sides, static_cast<std::size_t>(line), anchors, rules);
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

std::vector<std::size_t> all_places(Image& image, const Sides& sides, const MatchRules& rules, std::size_t limit) {
  std::vector<std::size_t> lines;
  for (std::size_t line = 0; line <= image.size() && lines.size() < limit; ++line) {
    if (place_at(image, sides, line, {}, rules)) lines.push_back(line);
  }
  return lines;
}

}  // namespace tenon::diff::patch
