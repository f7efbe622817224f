// Where ignore files are, and reading them. For the inside of this room. Only regular files are read, links are not
// followed, and opening never waits for a FIFO.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "native/fsops/ignore_stack.h"

namespace tenon::fsops {

// Rules of the file `name` in an open directory; none where there is no such file. The error number otherwise.
std::expected<IgnoreRules, int> read_ignore_file(int directory, const char* name, LetterCase letter_case);

// `.git/info/exclude` of the repository whose top is open, or of the one that its `.git` file points to (a worktree's
// common directory, gitrepository-layout(5)); no rules where there is none.
IgnoreRules read_info_exclude(int top, LetterCase letter_case);

// The stack of `base` with the levels of all directories above `root`, which is absolute and free of links. Paths are
// those of the whole file system, without the first `/`.
IgnoreStack stack_above(const std::filesystem::path& root, IgnoreStack base, LetterCase letter_case);

}  // namespace tenon::fsops
