// Strings of which every match of a pattern contains at least one, for finding the lines worth running the pattern on.
// Pure, thread safe, linear in the tree.
#pragma once

#include <string>
#include <vector>

#include "native/index/search/regex_tree.h"

namespace tenon::index {

struct RequiredLiterals {
  std::vector<std::string> any_of;  // empty: nothing is required that is worth looking for
  Case folding = Case::sensitive;   // of ASCII letters
  bool sufficient = false;          // an occurrence is a match; nothing else is
};

RequiredLiterals required_literals(const RegexTree& tree);

}  // namespace tenon::index
