#include "native/fsops/path_set.h"

#include <span>

#include <fmt/format.h>

#include "core/error.h"

namespace tenon::fsops {
namespace {

// Wildcard matching is the same on two levels: characters of a component and components of a path. `Star` says which
// element of the pattern stands for any number of elements; `Same` compares two others. Greedy with one step back to
// the last star: O(pattern × text), no recursion.
template <class Pattern, class Text, class Star, class Same>
bool matches(const Pattern& pattern, const Text& text, Star is_star, Same same) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = pattern.size();
  std::size_t taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && is_star(pattern[p])) {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && same(pattern[p], text[t])) {
      ++p;
      ++t;
    } else if (star < pattern.size()) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && is_star(pattern[p])) ++p;
  return p == pattern.size();
}

// Whether any sequence matches both patterns; `rest_meets(which, ends)` answers for one pattern ending before the
// other.
enum class Ends { first, second };

template <class Pattern, class Star, class Same, class Rest>
bool patterns_meet(const Pattern& one, const Pattern& other, Star is_star, Same same, Rest rest_meets) {
  const std::size_t width = other.size() + 1;
  std::vector<bool> meets((one.size() + 1) * width);
  for (std::size_t i = one.size() + 1; i-- > 0;) {
    for (std::size_t j = other.size() + 1; j-- > 0;) {
      const auto at = [&](std::size_t row, std::size_t column) { return meets[row * width + column]; };
      const bool first_ends = i == one.size();
      const bool second_ends = j == other.size();
      bool meet = first_ends && second_ends;
      if (!first_ends && is_star(one[i])) meet = at(i + 1, j) || (!second_ends && at(i, j + 1));
      if (!second_ends && is_star(other[j])) meet = meet || at(i, j + 1) || (!first_ends && at(i + 1, j));
      if (!first_ends && !second_ends && !is_star(one[i]) && !is_star(other[j])) {
        meet = same(one[i], other[j]) && at(i + 1, j + 1);
      }
      if (!meet && first_ends != second_ends) meet = rest_meets(first_ends ? Ends::first : Ends::second);
      meets[i * width + j] = meet;
    }
  }
  return meets[0];
}

constexpr auto kIsStar = [](char c) { return c == '*'; };
constexpr auto kIsAnyDirectories = [](const std::string& component) { return component == "**"; };

bool component_matches(const std::string& pattern, std::string_view name) {
  return matches(pattern, name, kIsStar, [](char a, char b) { return a == b; });
}

bool components_meet(const std::string& one, const std::string& other) {
  return patterns_meet(
      case_folded(one), case_folded(other), kIsStar, [](char a, char b) { return a == b; }, [](Ends) { return false; });
}

}  // namespace

PathSet PathSet::parse(const std::vector<std::string>& globs) {
  PathSet set;
  for (const std::string& text : globs) {
    const std::expected<WorkspacePath, std::string> checked = WorkspacePath::check(text);
    const auto refuse = [&](std::string_view reason) {
      throw Error(ErrorCode::invalid_argument, fmt::format("the glob \"{}\" is refused: {}", printable(text), reason),
                  "Write globs like `app/**`, `*.md` or `tests/*.py`.");
    };
    if (!checked) refuse(checked.error());
    Glob glob{.text = text, .components = {}};
    for (const std::string_view component : checked->components()) {
      if (component != "**" && component.find("**") != std::string_view::npos) refuse("`**` is not a whole component");
      glob.components.emplace_back(component);
    }
    // `app/**` means what is below app, not a file app.
    if (glob.components.back() == "**") glob.components.emplace_back("*");
    set.globs_.push_back(std::move(glob));
  }
  return set;
}

bool PathSet::contains(const WorkspacePath& path) const {
  const std::vector<std::string_view> components = path.components();
  for (const Glob& glob : globs_) {
    if (matches(glob.components, components, kIsAnyDirectories, component_matches)) return true;
  }
  return false;
}

std::vector<std::string> PathSet::globs() const {
  std::vector<std::string> texts;
  for (const Glob& glob : globs_) texts.push_back(glob.text);
  return texts;
}

bool PathSet::may_meet(const Glob& one, const Glob& other) {
  // Two tasks of which one writes the file `app` and the other `app/x` collide too. Only a name that is spelled out
  // counts: else `*` would collide with everything that has a directory.
  const auto one_ends_as_directory = [&](Ends ends) {
    return (ends == Ends::first ? one : other).text.find('*') == std::string::npos;
  };
  return patterns_meet(one.components, other.components, kIsAnyDirectories, components_meet, one_ends_as_directory);
}

bool disjoint(const PathSet& one, const PathSet& other) {
  for (const PathSet::Glob& mine : one.globs_) {
    for (const PathSet::Glob& theirs : other.globs_) {
      if (PathSet::may_meet(mine, theirs)) return false;
    }
  }
  return true;
}

}  // namespace tenon::fsops
