// What is to become of the files of a tree: the common result of a patch in any format (unified, `*** Begin Patch`,
// search/replace blocks, whole files), resolved against one snapshot. Nothing is written before all of it is known;
// write_changes() (change_writer.h) then writes all or nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tenon::diff {

enum class FileType { regular, executable, link };  // 0100644, 0100755, 0120000 (the bytes are the target)

struct FileContent {
  std::string bytes;
  FileType type = FileType::regular;

  bool operator==(const FileContent&) const = default;
};

// At most one change for a path. A rename is two of them: one path is removed, another is written.
struct FileChange {
  std::string path;                   // relative, `/` between components; checked as a WorkspacePath when it is written
  std::optional<FileContent> before;  // what the change was computed from; nothing: there was no such file
  std::optional<FileContent> after;   // nothing: the file is removed

  bool operator==(const FileChange&) const = default;
};

// In the order of the patch. A removed file may make room for a directory of its name and the other way round: removals
// come first when it is written, whatever the order here.
struct ChangeSet {
  std::vector<FileChange> changes;

  bool empty() const { return changes.empty(); }
  bool operator==(const ChangeSet&) const = default;
};

}  // namespace tenon::diff
