// What is known of an indexed tree since its index was built: which documents are as they were, which files changed,
// came or went. It looks at the stamps of all files and directories (refresh), or is told by whoever writes (notify).
//
// Not thread safe; looking uses the threads of the tree.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "native/index/search/file_result.h"
#include "native/index/search/path_order.h"
#include "native/index/tree/index_store.h"
#include "native/index/tree/indexed_tree.h"
#include "native/index/trigram/path_list.h"

namespace tenon::index {

class TreeState {
 public:
  struct PathBefore {
    using is_transparent = void;
    bool operator()(std::string_view left, std::string_view right) const { return path_before(left, right); }
  };

  // `root` is the tree, open as long as this lives. Throws data_corrupted.
  TreeState(IndexedTree tree, int root, OpenIndex index);

  const OpenIndex& index() const { return index_; }

  // Whether the document is still in the tree, and as it was indexed, as far as it was looked or told.
  bool holds(std::size_t segment, std::uint32_t document) const { return dead_[segment][document] == 0; }

  // Files to be searched as they are.
  const std::set<std::string, PathBefore>& changed() const { return changed_; }

  // Of the last look at the tree.
  const std::vector<FileFailure>& failures() const { return failures_; }

  bool knows(std::string_view directory) const;

  // Whether something was notified that only a look at the whole tree can tell the meaning of.
  bool must_look() const { return list_anew_; }

  void notify(std::string_view path);

  void refresh();

 private:
  void check_files();
  void check_directories();
  void list_all();
  void list_directory(const std::string& directory);
  void forget_below(const std::string& directory);
  void list_new_directory(const std::string& directory);
  void add_listed(std::string_view path);
  void mark_changed(std::size_t segment, std::uint32_t document);
  FileStamp directory_stamp(const std::string& directory) const;

  IndexedTree tree_;
  int root_;
  OpenIndex index_;
  std::vector<std::vector<char>> dead_;  // of each segment's documents: counts no longer
  std::set<std::string, PathBefore> changed_;
  std::vector<FileStamp> directory_stamps_;  // of the newest segment's directories; all zero: to be listed
  std::map<std::string, FileStamp, std::less<>> new_directories_;
  PathList watched_;  // as of the last time the whole tree was listed
  std::vector<FileFailure> failures_;
  bool list_anew_ = false;       // at the next look
  bool watched_unsure_ = false;  // watched files may have changed unseen: the tree is listed at every look
};

}  // namespace tenon::index
