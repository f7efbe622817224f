// Changes with the lines around them, as they are shown together.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "native/diff/function_lines.h"
#include "native/diff/line_diff.h"

namespace tenon::diff {

enum class FunctionContext {
  lines,  // as many context lines as were asked for
  whole   // up to the beginning and the end of the function (git's --function-context)
};

enum class BlankChanges {
  shown,
  ignored_if_empty,  // hunks that only add or remove empty lines are left out (git's --ignore-blank-lines)
  ignored_if_blank   // and those with lines of whitespace (the same, where whitespace is ignored too)
};

struct HunkOptions {
  std::uint32_t context = 3;  // lines
  std::uint32_t between = 0;  // hunks with at most this many lines between their contexts are joined
  FunctionContext extent = FunctionContext::lines;
  BlankChanges blank_changes = BlankChanges::shown;
};

struct Hunk {
  LineRange before;  // with context
  LineRange after;
  std::size_t first_change = 0;  // in Changes; half open
  std::size_t last_change = 0;
  std::string_view function;  // text of the nearest function line above, empty if there is none; points into before
};

// O(lines looked at); the changes are those of diff_lines(before, after).
std::vector<Hunk> group_hunks(const Lines& before, const Lines& after, const Changes& changes,
                              const FunctionLines& functions, const HunkOptions& options = {});

}  // namespace tenon::diff
