// The name of a file in a workspace: relative, with `/` between components. Whoever holds one knows that its text was
// checked; that it stays inside the workspace when it is opened is what Workspace sees to.
//
// Refused: empty and longer than 4,096 bytes (a component: 255); absolute; `.`, `..` and empty components; NUL, control
// characters, characters that do not show (bidirectional overrides, zero width) and invalid UTF-8; backslashes, drive
// letters, alternate streams (`::$`), a leading `~`; percent-encoded dots, separators and NUL; every spelling that some
// file system takes for `.git` (git's core.protectHFS and core.protectNTFS); names of unfinished writes
// (reserved_name.h).
// Nothing is decoded or normalised: the bytes that were checked are the bytes that are used.
#pragma once

#include <compare>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/fsops/reserved_name.h"

namespace tenon::fsops {

class WorkspacePath {
 public:
  // Throws invalid_argument that names the path (made printable) and the reason.
  static WorkspacePath parse(std::string_view text);

  // The same as a value: the reason why `text` is refused.
  static std::expected<WorkspacePath, std::string> check(std::string_view text);

  const std::string& text() const { return text_; }
  std::string_view name() const;                // last component
  std::optional<WorkspacePath> parent() const;  // nothing for a file of the workspace's root
  std::vector<std::string_view> components() const;

  auto operator<=>(const WorkspacePath&) const = default;

 private:
  explicit WorkspacePath(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// True for `.git` in any spelling that HFS+, NTFS or a case-insensitive file system would open as `.git`:
// `.GIT`, `.g\u200cit`, `git~1`, `.git.`, `.git `, `.git::$INDEX_ALLOCATION`.
bool looks_like_git_directory(std::string_view component);

// Text with everything but printable characters escaped, for messages and logs.
std::string printable(std::string_view bytes);

// Lower case of ASCII, Latin, Greek and Cyrillic letters: equal results are one name on a case-insensitive file system.
std::string case_folded(std::string_view text);

// Groups of two or more paths (or of their directories) that would be one file on a case-insensitive file system.
// O(n log n) in the number of components.
std::vector<std::vector<std::string>> case_collisions(const std::vector<WorkspacePath>& paths);

}  // namespace tenon::fsops
