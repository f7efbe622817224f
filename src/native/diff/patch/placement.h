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

// What must be there for a hunk to fit.
struct OldSide {
  std::vector<SideLine> lines;
  std::uint32_t leading = 0;   // context lines at the beginning
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

struct Place {
  std::size_t first = 0;  // line of the image, from 0
  std::size_t count = 0;  // lines that are replaced
  // What the lines of the old side are to be where they are context, if that is not what the hunk says: whitespace was
  // ignored.
  std::optional<std::vector<std::string_view>> context;
};

// Whether the hunk fits at exactly this line.
std::optional<Place> place_at(Image& image, const OldSide& side, std::size_t line, const Anchors& anchors,
                              const MatchRules& rules);

// The nearest place to `hint`: hint, hint + 1, hint − 1, hint + 2 …
std::optional<Place> nearest_place(Image& image, const OldSide& side, std::int64_t hint, const Anchors& anchors,
                                   const MatchRules& rules);

// Lines of all places, at most `limit`.
std::vector<std::size_t> all_places(Image& image, const OldSide& side, const MatchRules& rules, std::size_t limit);

}  // namespace tenon::diff::patch
