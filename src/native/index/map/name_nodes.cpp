#include "native/index/map/name_nodes.h"

namespace tenon::index {

Grammar family_of(Grammar grammar) {
  switch (grammar) {
    case Grammar::c:
      return Grammar::cpp;
    case Grammar::kotlin:
      return Grammar::java;
    case Grammar::tsx:
    case Grammar::typescript:
    case Grammar::html:
      return Grammar::javascript;
    default:
      return grammar;
  }
}

std::uint32_t NameNodes::find(std::uint32_t name, Grammar family) const {
  if (name >= first_.size()) return kNoParent;
  std::uint32_t node = first_[name];
  while (node != kNoParent && nodes_[node].family != family) node = nodes_[node].next;
  return node;
}

std::uint32_t NameNodes::find_or_add(std::uint32_t name, Grammar family) {
  if (const std::uint32_t known = find(name, family); known != kNoParent) return known;
  const std::uint32_t node = size();
  nodes_.push_back({.name = name, .next = first_[name], .family = family});
  first_[name] = node;
  return node;
}

}  // namespace tenon::index
