// Search/replace blocks, as aider asks models for them:
//
//   <path>
//   <<<<<<< SEARCH
//   ======= (between what is and what shall be)
//   >>>>>>> REPLACE
//
// Markers have 5 to 9 characters. Where a part has lines that look like the middle marker, the one that is as long as
// the first marker counts. A block without a name is for the file of the block before. For the inside of this folder.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "native/diff/edit/reply.h"
#include "native/diff/edit/reply_lines.h"

namespace tenon::diff::edit {

bool is_search_marker(std::string_view line);

std::expected<std::vector<FileEdit>, ReplyFailure> find_blocks(ReplyLines reply,
                                                               const std::vector<std::string>& known_files);

}  // namespace tenon::diff::edit
