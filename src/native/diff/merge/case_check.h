// Files that a merge would make one on file systems where case does not count, for the inside of this folder.
#pragma once

#include <string>
#include <vector>

namespace tenon::diff {

// Groups of paths in rest and result that neither rest and ours nor rest and theirs have. Nothing is looked for when
// the result brings no path that ours has not.
std::vector<std::vector<std::string>> new_case_collisions(const std::vector<std::string>& rest,
                                                          const std::vector<std::string>& ours,
                                                          const std::vector<std::string>& theirs,
                                                          const std::vector<std::string>& result);

}  // namespace tenon::diff
