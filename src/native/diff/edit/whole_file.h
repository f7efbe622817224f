// Whole files in fences, the name above the fence or in its first line. For the inside of this folder.
#pragma once

#include <expected>
#include <vector>

#include "native/diff/edit/reply.h"
#include "native/diff/edit/reply_lines.h"

namespace tenon::diff::edit {

// Fences without a name are chatter. A fence inside a fence that says its language is part of the file; a bare one ends
// it, and if then fences are left over, nothing is guessed.
std::expected<std::vector<FileEdit>, ReplyFailure> find_whole_files(ReplyLines reply);

}  // namespace tenon::diff::edit
