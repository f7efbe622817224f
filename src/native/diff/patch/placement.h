// Finds where a hunk goes. For the inside of the applier.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "native/diff/patch/applier.h"
#include "native/diff/patch/image.h"
#include "native/diff/patch/whitespace.h"

namespace tenon::diff::patch {

struct SideLine {
  std::string_view text;
  bool context = false;
};

// A hunk as two texts: what must be there, and what will be.
struct Sides {
  std::vector<SideLine> before;
  std::vector<SideLine> after;
  std::uint32_t leading = 0;   // context lines at the beginning of both
  std::uint32_t trailing = 0;  // and at the end
};

struct MatchRules {
  WhitespaceMatch match = WhitespaceMatch::exact;
  // Set: lines that are equal once their whitespace is as this rule wants it match, and are written so.
  std::optional<WhitespaceRule> fix;
};

struct Anchors {
  bool at_begin = false;
  bool at_end = false;
};

// A place, and what is written there: context may differ from the hunk's where whitespace was ignored.
struct Place {
  std::size_t first = 0;  // line of the image, from 0
  std::size_t count = 0;  // lines that are replaced
  std::vector<std::string_view> after;
};

// Whether the hunk fits at exactly this line.
std::optional<Place> place_at(Image& image, const Sides& sides, std::size_t line, const Anchors& anchors,
                              const MatchRules& rules);

// The nearest place to `hint`: hint, hint + 1, hint − 1, hint + 2 …
std::optional<Place> nearest_place(Image& image, const Sides& sides, std::int64_t hint, const Anchors& anchors,
                                   const MatchRules& rules);

// Lines of all places, at most `limit`.
std::vector<std::size_t> all_places(Image& image, const Sides& sides, const MatchRules& rules, std::size_t limit);

}  // namespace tenon::diff::patch
