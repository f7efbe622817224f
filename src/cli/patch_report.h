// What `tenon patch` says about what it did.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "cli/terminal.h"
#include "native/diff/edit/edit.h"
#include "native/diff/patch/applier.h"
#include "native/diff/patch/change_set.h"

namespace tenon::cli {

enum class PatchedAs { added, removed, changed, renamed, copied, unchanged, conflicts, failed };
BOOST_DESCRIBE_ENUM(PatchedAs, added, removed, changed, renamed, copied, unchanged, conflicts, failed)

struct PatchedFile {
  std::string path;
  PatchedAs outcome = PatchedAs::changed;
  std::optional<std::string> from;  // of a rename or copy
  std::string problem;              // of a failure
  bool merged = false;              // by --3way
  std::vector<std::string> warnings;
  std::vector<diff::patch::HunkReport> hunks;
};
BOOST_DESCRIBE_STRUCT(PatchedFile, (), (path, outcome, from, problem, merged, warnings, hunks))

struct PatchWarning {
  std::string path;
  std::uint32_t patch_line = 0;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(PatchWarning, (), (path, patch_line, message))

struct PatchDocument {
  bool applies = false;
  bool written = false;
  std::string format;  // unified, envelope, search_replace, whole_file
  std::vector<PatchedFile> files;
  std::vector<PatchWarning> warnings;
  std::vector<diff::edit::EditOutcome> edits;  // what the ladder of edits made of it, where it was needed
  std::string explanation;                     // of a failure: for the author of the patch

  // It does not apply as it is, and is written nevertheless, with markers.
  bool merges_with_conflicts() const;
};
BOOST_DESCRIBE_STRUCT(PatchDocument, (), (applies, written, format, files, warnings, edits, explanation))

std::vector<PatchedFile> patched_files(const diff::patch::Application& application, const diff::ChangeSet& changes);
std::vector<PatchedFile> patched_files(const diff::ChangeSet& changes);

// For standard output: one line for each file that changes, and hunks that went elsewhere than the patch says.
std::string changes_text(const PatchDocument& document, const Terminal& terminal);

// For standard error: what does not apply, and why.
std::string problems_text(const PatchDocument& document, const Terminal& terminal);

}  // namespace tenon::cli
