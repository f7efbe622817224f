#include <algorithm>

#include "agents/plan.h"

namespace tenon::agents {
namespace {

using Segments = std::vector<std::string_view>;

Segments segments_of(std::string_view path) {
  Segments segments;
  while (true) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

// One unit of a pattern: a character, `?`, or a set such as [124] or [a-z]; `length` is what it takes of the pattern.
struct Unit {
  bool any = false;
  std::string_view set;
  std::size_t length = 1;

  bool matches(char c) const {
    if (any) return true;
    for (std::size_t i = 0; i < set.size(); ++i) {
      if (i + 2 < set.size() && set[i + 1] == '-') {
        if (set[i] <= c && c <= set[i + 2]) return true;
        i += 2;
      } else if (set[i] == c) {
        return true;
      }
    }
    return false;
  }
};

Unit unit_of(std::string_view pattern) {
  if (pattern[0] == '?') return {.any = true, .set = {}, .length = 1};
  const std::size_t end = pattern[0] == '[' ? pattern.find(']', 2) : std::string_view::npos;
  if (end == std::string_view::npos) return {.any = false, .set = pattern.substr(0, 1), .length = 1};
  return {.any = false, .set = pattern.substr(1, end - 1), .length = end + 1};
}

bool units_meet(const Unit& left, const Unit& right) {
  if (left.any || right.any) return true;
  for (int c = 0x20; c < 0x7f; ++c) {
    if (left.matches(static_cast<char>(c)) && right.matches(static_cast<char>(c))) return true;
  }
  return left.set == right.set;
}

// Could one text match both? `*` on either side takes any number of characters.
bool segments_meet(std::string_view left, std::string_view right) {
  if (left.empty() && right.empty()) return true;
  if (!left.empty() && left[0] == '*') {
    return segments_meet(left.substr(1), right) ||
           (!right.empty() && segments_meet(left, right.substr(right[0] == '*' ? 1 : unit_of(right).length)));
  }
  if (!right.empty() && right[0] == '*') return segments_meet(right, left);
  if (left.empty() || right.empty()) return false;
  const Unit one = unit_of(left);
  const Unit other = unit_of(right);
  return units_meet(one, other) && segments_meet(left.substr(one.length), right.substr(other.length));
}

bool paths_meet(const Segments& left, std::size_t l, const Segments& right, std::size_t r) {
  if (l == left.size() && r == right.size()) return true;
  if (l < left.size() && left[l] == "**") {
    return paths_meet(left, l + 1, right, r) || (r < right.size() && paths_meet(left, l, right, r + 1));
  }
  if (r < right.size() && right[r] == "**") {
    return paths_meet(left, l, right, r + 1) || (l < left.size() && paths_meet(left, l + 1, right, r));
  }
  if (l == left.size() || r == right.size()) return false;
  return segments_meet(left[l], right[r]) && paths_meet(left, l + 1, right, r + 1);
}

bool segment_matches(std::string_view glob, std::string_view text) {
  // Iterative, so that many stars cost no exponential time: only the last star is gone back to.
  std::size_t g = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      star_text = t;
      continue;
    }
    if (g < glob.size()) {
      const Unit unit = unit_of(glob.substr(g));
      if (unit.matches(text[t])) {
        g += unit.length;
        ++t;
        continue;
      }
    }
    if (star == std::string_view::npos) return false;
    g = star + 1;
    t = ++star_text;
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

bool path_meets(const Segments& glob, std::size_t g, const Segments& path, std::size_t p) {
  if (g == glob.size()) return p == path.size();
  if (glob[g] == "**") return path_meets(glob, g + 1, path, p) || (p < path.size() && path_meets(glob, g, path, p + 1));
  return p < path.size() && segment_matches(glob[g], path[p]) && path_meets(glob, g + 1, path, p + 1);
}

}  // namespace

bool path_matches(std::string_view glob, std::string_view path) {
  return path_meets(segments_of(glob), 0, segments_of(path), 0);
}

bool globs_overlap(std::string_view left, std::string_view right) {
  return paths_meet(segments_of(left), 0, segments_of(right), 0);
}

}  // namespace tenon::agents
