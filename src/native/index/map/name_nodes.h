// The nodes of the names in a map's graph: one for each name and family of languages that defines it, since `value` of
// a Java class is none of `value` in a C++ file. For the inside of this folder.
#pragma once

#include <cstdint>
#include <vector>

#include "native/index/symbols/grammar.h"
#include "native/index/symbols/symbol.h"

namespace tenon::index {

// The language that stands for all that see each other's names: C and C++, Java and Kotlin, JavaScript and TypeScript.
Grammar family_of(Grammar grammar);

class NameNodes {
 public:
  explicit NameNodes(std::size_t names = 0) : first_(names, kNoParent) {}

  std::uint32_t find(std::uint32_t name, Grammar family) const;  // kNoParent: nobody defines it
  std::uint32_t find_or_add(std::uint32_t name, Grammar family);

  std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }
  std::uint32_t name_of(std::uint32_t node) const { return nodes_[node].name; }

 private:
  struct Node {
    std::uint32_t name;
    std::uint32_t next;  // of the same name; kNoParent: none
    Grammar family;
  };

  std::vector<std::uint32_t> first_;  // by number of the name
  std::vector<Node> nodes_;
};

}  // namespace tenon::index
