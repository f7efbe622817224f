// A tree with what the files of a patch so far have made of it. For the inside of the applier.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "native/diff/patch/change_set.h"
#include "native/diff/patch/patch.h"
#include "native/diff/patch/tree.h"

namespace tenon::diff::patch {

class TreeView {
 public:
  TreeView(const Tree& tree, const std::vector<FilePatch>& files);

  const Tree& tree() const { return tree_; }

  // What an earlier file of the patch made of a path.
  enum class Earlier { nothing, content, removal };
  Earlier earlier(const std::string& path) const;
  const FileContent& earlier_content(const std::string& path) const { return *results_.at(path); }

  // A later file of the patch removes or renames it.
  bool goes_away(const std::string& path) const { return goes_away_.contains(path); }

  // A directory of the path is a symbolic link, now or after the patch.
  bool is_beyond_link(const std::string& path) const;

  // A directory of the path is a file after the patch.
  bool is_below_file(const std::string& path) const;

  void write(const std::string& path, FileContent content);
  void remove(const std::string& path);

  // What all of it comes to.
  ChangeSet changes() const;

 private:
  void touch(const std::string& path);
  Presence presence(const std::string& path) const;

  const Tree& tree_;
  std::set<std::string> goes_away_;
  std::set<std::string> links_made_;
  std::set<std::string> links_removed_;
  std::map<std::string, std::optional<FileContent>> results_;
  std::map<std::string, std::optional<FileContent>> originals_;
  std::vector<std::string> order_;
};

inline constexpr std::uint32_t kLinkMode = 0120000;
inline constexpr std::uint32_t kExecutableMode = 0100755;
inline constexpr std::uint32_t kRegularMode = 0100644;

std::uint32_t mode_of(FileType type);
FileType type_of(std::uint32_t mode);  // of a file or link

}  // namespace tenon::diff::patch
