// A text and its syntax tree, owned. For the inside of this folder.
#pragma once

#include <expected>
#include <memory>
#include <string_view>

#include <tree_sitter/api.h>

#include "native/index/symbols/syntax/parse_memory.h"
#include "native/index/symbols/syntax_outline.h"

namespace tenon::index::syntax {

struct DeleteTree {
  void operator()(TSTree* tree) const { ts_tree_delete(tree); }
};
using Tree = std::unique_ptr<TSTree, DeleteTree>;

// The bound that was met otherwise. `memory` must outlive the tree, in the same thread.
std::expected<Tree, Completeness> parse(std::string_view text, Grammar grammar, const ParseLimits& limits,
                                        const ParseMemory& memory);

class Cursor {
 public:
  explicit Cursor(TSNode node) : cursor_(ts_tree_cursor_new(node)) {}
  ~Cursor() { ts_tree_cursor_delete(&cursor_); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  TSNode node() const { return ts_tree_cursor_current_node(&cursor_); }
  bool first_child() { return ts_tree_cursor_goto_first_child(&cursor_); }
  bool next_sibling() { return ts_tree_cursor_goto_next_sibling(&cursor_); }
  bool parent() { return ts_tree_cursor_goto_parent(&cursor_); }

 private:
  TSTreeCursor cursor_;
};

// Calls `enter(node)` before and `leave()` after what is inside of each node, without recursion.
template <class Enter, class Leave>
void walk(TSNode root, Enter&& enter, Leave&& leave) {
  Cursor cursor(root);
  enter(cursor.node());
  std::size_t depth = 0;
  for (;;) {
    if (cursor.first_child()) {
      ++depth;
      enter(cursor.node());
      continue;
    }
    leave();
    while (!cursor.next_sibling()) {
      if (depth == 0 || !cursor.parent()) return;
      --depth;
      leave();
    }
    enter(cursor.node());
  }
}

inline std::string_view text_of(std::string_view text, TSNode node) {
  return text.substr(ts_node_start_byte(node), ts_node_end_byte(node) - ts_node_start_byte(node));
}
inline TSNode field(TSNode node, std::string_view name) {
  return ts_node_child_by_field_name(node, name.data(), static_cast<std::uint32_t>(name.size()));
}

}  // namespace tenon::index::syntax
