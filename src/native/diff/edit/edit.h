// Applies edits as models write them to a snapshot of files.
//
//   const auto result = apply_reply(text, read_file);
//   if (result.ok()) write_changes(result.changes, …);   // else: explain(result) goes back to the author
//
// All edits are resolved against the same snapshot, so that their order does not matter, and either all of them are in
// the change set or none is. Only the bytes of the lines that an edit removes or adds change: context keeps its bytes,
// added lines get the line end of the place they come to, and a file keeps its byte order mark, its mode and what its
// last line ends in (an envelope that replaces or follows the last line ends it, as the format defines). Where a match
// ignored the indentation, added lines are indented as the file has it; where it ignored spaces or punctuation inside a
// line, what an edit did not change in that line keeps its bytes.
//
// An edit fails, and with it the reply, if its place is not found, is ambiguous, overlaps another edit, is already
// changed as wanted, or if its path is hostile (fsops::WorkspacePath). Failures are values with the nearest real text.
// Thread safe: no state. Nothing is written.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "native/diff/edit/ladder.h"
#include "native/diff/edit/reply.h"
#include "native/diff/patch/change_set.h"
#include "native/fsops/workspace_path.h"

namespace tenon::diff::edit {

// A file of the snapshot; nothing if there is none. Called at most once for a path. May throw tenon::Error, which goes
// through to the caller.
using ReadFile = std::function<std::optional<FileContent>(const fsops::WorkspacePath&)>;

// Each edit is judged by itself; whether anything changes at all is EditResult::ok().
enum class EditStatus {
  applied,          // its place is certain
  repeated,         // the same as an earlier edit of the reply, which is applied
  unchanged,        // it has nothing to change: the file has this text
  already_applied,  // the file has the new lines, and not the old ones
  not_found,        // the old lines are not in the file
  ambiguous,        // they are there more than once
  unclear,          // found, but what should become of the place would be a guess
  overlapping,      // with another edit of the reply
  no_such_file,     //
  file_exists,      // and the edit is for a new one
  refused,          // the path is hostile, or the file is no text
};
BOOST_DESCRIBE_ENUM(EditStatus, applied, repeated, unchanged, already_applied, not_found, ambiguous, unclear,
                    overlapping, no_such_file, file_exists, refused)

// Real text of the file that is most like what an edit looked for.
struct ClosestText {
  std::uint32_t first_line = 0;  // counted from 1
  double similarity = 0;         // 0 to 1
  std::vector<std::string> lines;
};
BOOST_DESCRIBE_STRUCT(ClosestText, (), (first_line, similarity, lines))

struct EditOutcome {
  std::uint32_t edit = 0;        // counted from 1, over all files of the reply
  std::uint32_t reply_line = 0;  // where the edit begins in the reply, counted from 1
  std::string path;              // printable
  Operation operation = Operation::update;
  EditStatus status = EditStatus::applied;
  std::optional<MatchLevel> level;        // of an update that was applied
  std::optional<double> confidence;       // 0 to 1
  std::uint32_t first_line = 0;           // in the file as it was, counted from 1; 0: the whole file
  std::uint32_t last_line = 0;            //
  std::uint32_t removed = 0;              // lines
  std::uint32_t added = 0;                // lines
  std::vector<std::uint32_t> candidates;  // first lines of all places that were possible
  std::string message;                    // one sentence
  std::string hint;                       // what to do about a failure
  std::optional<ClosestText> closest;
};
BOOST_DESCRIBE_STRUCT(EditOutcome, (),
                      (edit, reply_line, path, operation, status, level, confidence, first_line, last_line, removed,
                       added, candidates, message, hint, closest))

struct EditResult {
  std::optional<ReplyFormat> format;    // nothing: no edit was recognised
  std::optional<ReplyFailure> failure;  // the reply could not be read
  std::vector<EditOutcome> edits;       // in the order of the reply
  ChangeSet changes;                    // empty unless ok()

  bool ok() const;
};

// A reply of more lines fails: an edit by its text costs some hundred bytes a line. Unified diffs that apply as they
// stand have no such limit.
inline constexpr std::size_t kMostReplyLines = 1'000'000;

struct ReplyOptions {
  std::vector<std::string> known_files;  // see parse_reply()
};

EditResult apply_reply(std::string_view reply, const ReadFile& read_file, const ReplyOptions& options = {});

// The same for a reply that was parsed, or made from a tool call.
EditResult apply_edits(const Reply& reply, const ReadFile& read_file);

// What went wrong, for the author: message, candidates, nearest text with numbers of lines, hint. Empty if all is well.
std::string explain(const EditResult& result);

}  // namespace tenon::diff::edit
