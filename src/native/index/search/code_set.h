// A set of code points, for character classes of patterns.
#pragma once

#include <vector>

#include "native/index/search/regex_tree.h"

namespace tenon::index {

class CodeSet {
 public:
  void add(char32_t first, char32_t last);
  void add(const CodeSet& other);

  // Members that are not listed make the set unknown: it holds what was added and perhaps more.
  void add_unknown() { unknown_ = true; }
  bool unknown() const { return unknown_; }

  CodeSet complement() const;

  // With the case variants of its ASCII letters; unknown when it has members beyond ASCII.
  CodeSet folded() const;

  // Sorted, disjoint, not adjacent.
  std::vector<CodeRange> ranges() const;

 private:
  std::vector<CodeRange> ranges_;
  bool unknown_ = false;
};

// The classes of Perl have members beyond ASCII when a pattern is read as Unicode, which RE2 itself does not do. Both
// readings must be covered: by more members where the class stands for itself, by fewer where its complement is taken.
enum class Reading { widest, narrowest };

bool is_perl_class(char name);
CodeSet perl_class(char name, Reading reading);

}  // namespace tenon::index
