#include "native/index/tree/indexed_tree.h"

namespace tenon::index {

fsops::TreeWalkOptions default_walk(const IndexedTree& tree) {
  fsops::TreeWalkOptions walk;
  walk.global_excludes = tree.global_excludes;
  walk.threads = tree.threads;
  return walk;
}

}  // namespace tenon::index
