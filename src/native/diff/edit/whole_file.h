// Whole files in fences, the name above the fence or in its first line. For the inside of this folder.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <vector>

#include "native/diff/edit/reply.h"
#include "native/diff/edit/reply_lines.h"

namespace tenon::diff::edit {

// Fences without a name are chatter. A fence inside a fence that says its language is part of the file; a bare one ends
// it, and if then fences are left over, nothing is guessed.
std::expected<std::vector<FileEdit>, ReplyFailure> find_whole_files(ReplyLines reply);

// A fence of a reply, from its first to its last line.
struct FencedPart {
  std::size_t last = 0;
  bool shows_file = false;  // the text of a whole file, with a name: what looks like a diff in there belongs to it
};

// The fence that begins at `begin`; its name is looked for in it and from `above` on. Nothing: it has no end. A fence
// that begins as a diff, or says that it holds one or a script, is not the text of a file.
std::optional<FencedPart> fenced_part(ReplyLines reply, std::size_t above, std::size_t begin);

}  // namespace tenon::diff::edit
