// Edits as models write them, read out of a whole reply with the chatter around them.
//
//   envelope        *** Begin Patch / *** Update File: … / *** End Patch (apply_patch of Codex), also in a
//   here-document search_replace  <<<<<<< SEARCH / ======= / >>>>>>> REPLACE (aider), markers of 5 to 9 characters, the
//   file's name
//                   above the block or above its fence
//   unified_diff    ---, +++, @@; numbers and counts may be wrong or missing
//   whole_file      a fence with the file's name above it or in its first line
//
// Nothing is looked up in a file here and no name is checked: see resolve.h. What looks like an edit but cannot be read
// without a guess (a block that is not closed, a file without a name) is a failure of the whole reply. A carriage
// return at the end of a line of the reply belongs to its line end. No state; O(bytes).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/enum.hpp>

#include "native/diff/edit/hunk.h"

namespace tenon::diff::edit {

enum class ReplyFormat { envelope, search_replace, unified_diff, whole_file };
BOOST_DESCRIBE_ENUM(ReplyFormat, envelope, search_replace, unified_diff, whole_file)

enum class Operation {
  add,      // the file becomes `contents`; one that is there is replaced
  create,   // the same, but what is there must be empty or equal
  remove,   //
  update,   // `hunks`, each found by its text
  replace,  // the file becomes `contents`, in the line ends it has now
};
BOOST_DESCRIBE_ENUM(Operation, add, create, remove, update, replace)

struct FileEdit {
  Operation operation = Operation::update;
  std::string path;                    // as written
  std::optional<std::string> move_to;  // as written
  std::vector<Hunk> hunks;
  std::string contents;          // lines end in "\n"
  std::uint32_t reply_line = 0;  // counted from 1

  bool operator==(const FileEdit&) const = default;
};

struct Reply {
  ReplyFormat format = ReplyFormat::envelope;
  std::vector<FileEdit> files;  // in order; one path may occur several times

  bool operator==(const Reply&) const = default;
};

// Why a reply cannot be read, for its author to correct.
struct ReplyFailure {
  std::uint32_t line = 0;  // of the reply, counted from 1; 0: the reply as a whole
  std::string message;     // one sentence
  std::string hint;        // what to do

  bool operator==(const ReplyFailure&) const = default;
};

// The format that parse_reply() would read; nothing: no mark of any.
std::optional<ReplyFormat> detect_format(std::string_view reply);

// `known_files` are paths of the tree, to complete a name as it stands beside a search/replace block: `app.py` means
// `src/app.py` if there is only one. Never used for new files.
std::expected<Reply, ReplyFailure> parse_reply(std::string_view reply,
                                               const std::vector<std::string>& known_files = {});

}  // namespace tenon::diff::edit
