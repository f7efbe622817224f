#include "native/diff/merge/case_check.h"

#include <algorithm>

#include "native/fsops/workspace_path.h"

namespace tenon::diff {
namespace {

using Groups = std::vector<std::vector<std::string>>;

Groups collisions_in(const std::vector<std::string>& rest, const std::vector<std::string>& paths) {
  std::vector<fsops::WorkspacePath> all;
  for (const std::vector<std::string>* list : {&rest, &paths}) {
    for (const std::string& text : *list) {
      if (auto path = fsops::WorkspacePath::check(text)) all.push_back(*std::move(path));
    }
  }
  return fsops::case_collisions(all);
}

}  // namespace

Groups new_case_collisions(const std::vector<std::string>& rest, const std::vector<std::string>& ours,
                           const std::vector<std::string>& theirs, const std::vector<std::string>& result) {
  if (std::ranges::includes(ours, result)) return {};
  Groups groups = collisions_in(rest, result);
  if (groups.empty()) return groups;
  for (const std::vector<std::string>* side : {&ours, &theirs}) {
    const Groups known = collisions_in(rest, *side);
    std::erase_if(
        groups, [&](const std::vector<std::string>& group) { return std::ranges::find(known, group) != known.end(); });
  }
  return groups;
}

}  // namespace tenon::diff
