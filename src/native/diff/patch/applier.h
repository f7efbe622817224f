// Applies a patch to a tree: computes what becomes of every file, and writes nothing.
//
// All files are resolved against one snapshot, the tree as it is; several patches of one file build on each other. If
// anything fails, there is no result (but with rejects). The rules are those of git-apply(1); MatchPolicy::lenient
// relaxes them where models err and the place is still certain.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "native/diff/merge/file_merge.h"
#include "native/diff/patch/change_set.h"
#include "native/diff/patch/patch.h"
#include "native/diff/patch/tree.h"
#include "native/diff/patch/whitespace.h"

namespace tenon::diff::patch {

// Where a hunk may go.
enum class MatchPolicy {
  // As git: the nearest place in growing distance from the header's line. A hunk that begins at line 1 matches at the
  // beginning only, one without trailing context at the end only.
  nearest,
  // Line numbers are hints. A hunk goes where its header says, or as far off as the hunk before it, or else to the only
  // place in the file where it fits; if it fits in several it is refused.
  certain,
};

enum class ZeroContext { refused, accepted };  // --unidiff-zero: hunks without context are no sign of an end of file
enum class Failures { refuse_all, leave_rejects };  // --reject: apply what fits, report the rest
// What to do where the line ends of the patch and of a file differ.
enum class LineEnds {
  exact,    // they are part of the line, as for git
  adapted,  // a patch written with "\n" applies to a file that uses "\r\n" throughout, which it keeps, and vice versa
};

struct ThreeWay {
  const BlobSource* blobs = nullptr;  // the files that the patch was made from
  FileMergeOptions merge;             // what is left where both sides changed
};

struct ApplyOptions {
  MatchPolicy policy = MatchPolicy::certain;
  std::optional<std::uint32_t> least_context;  // -C: fewer matching context lines than this are not enough; unset: all
  ZeroContext zero_context = ZeroContext::refused;
  Failures failures = Failures::refuse_all;
  LineEnds line_ends = LineEnds::adapted;
  WhitespaceAction whitespace = WhitespaceAction::warn;
  std::function<WhitespaceRule(const std::string& path)> whitespace_rule;  // unset: the default rule
  WhitespaceMatch whitespace_match = WhitespaceMatch::exact;
  bool inaccurate_end = false;        // --inaccurate-eof
  std::optional<ThreeWay> three_way;  // --3way
  const BlobSource* blobs = nullptr;  // for binary patches that only name their result
};

// Where one hunk went.
struct HunkReport {
  std::uint32_t number = 0;      // of the hunk in its file, from 1
  std::uint32_t patch_line = 0;  // of its header in the patch
  bool applied = false;
  std::uint32_t line = 0;                 // where it went in the new file, from 1
  std::int64_t offset = 0;                // lines from where the header says
  std::uint32_t context_left = 0;         // context lines that were ignored (-C)
  bool recounted = false;                 // the counts of its header were wrong
  std::string problem;                    // why it was not applied
  std::vector<std::uint32_t> candidates;  // lines where it would fit, if that is more than one
  bool already_applied = false;           // what it would make is there
};
BOOST_DESCRIBE_STRUCT(HunkReport, (),
                      (number, patch_line, applied, line, offset, context_left, recounted, problem, candidates,
                       already_applied))

// What happened to one file of the patch.
struct FileReport {
  std::string path;                 // the new name, the old one of a removed file
  std::optional<std::string> from;  // of a rename or copy
  bool applied = false;
  std::vector<HunkReport> hunks;
  std::string problem;  // why nothing of it was applied
  std::vector<std::string> warnings;
  std::string rejects;              // the text for a .rej file
  std::optional<std::string> base;  // of a three-way merge with conflicts: the three versions
  std::optional<std::string> ours;
  std::optional<std::string> theirs;
  bool merged = false;     // by --3way
  bool conflicts = false;  // and it left markers
};

struct Application {
  // The names of the patch are not those of files in this tree (git ends with 128 instead of 1).
  bool refused_names = false;
  std::vector<FileReport> files;            // in the order of the patch
  ChangeSet changes;                        // nothing, if anything failed; with rejects: what could be applied
  std::vector<WhitespaceFault> whitespace;  // in lines that the patch adds
  std::uint32_t whitespace_fixed = 0;       // lines

  // Every hunk of every file went in.
  bool complete() const;
};

// Throws only for defects of the tree (unreadable disk), never for what the patch says.
Application apply_patch(const Patch& patch, const Tree& tree, const ApplyOptions& options = {});

}  // namespace tenon::diff::patch
