// What a merge came to, as JSON and in words.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "native/diff/merge/file_merge.h"
#include "native/diff/merge/tree_merge.h"

namespace tenon::cli {

// One JSON object: `clean`, `kind`, `text` (when it is UTF-8) and `conflicts`, each with `lines` of the merged text and
// the lines and text of `base`, `ours` and `theirs`. Lines count from 1.
std::string file_merge_json(const diff::FileMerge& merge, const diff::FileVersions& versions);

// One line for a person about a merge that was not clean.
std::string file_merge_text(const diff::FileMerge& merge);

// One JSON object: `clean`, `written`, `changes` to ours, `merged` paths, `conflicts`, `case_collisions`, `left_out`.
std::string tree_merge_json(const diff::TreeMerge& merge, const std::string& written);

// A line for each change and each conflict.
std::string tree_merge_text(const diff::TreeMerge& merge, const Terminal& terminal);

}  // namespace tenon::cli
