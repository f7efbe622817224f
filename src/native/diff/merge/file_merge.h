// Three-way merge of one file: what both sides did since the base, in one text.
//
//   const FileMerge merge = merge_file({.base = base, .ours = ours, .theirs = theirs});
//   if (!merge.clean) for (const FileConflict& conflict : merge.conflicts) …
//
// The text is byte for byte that of `git merge-file` (git-merge-file(1); xdiff by way of libgit2, of which nothing but
// the merge of three buffers is used: no repository, no configuration, no attributes, no filters). Bytes are bytes: a
// byte order mark belongs to the first line, "\r" to its line, and a missing "\n" at the end is kept; only markers that
// must follow an unfinished line add one. Markers end in "\r\n" where the lines around them do.
//
// A side that equals the base, or the other side, decides without a look at the lines, whatever the bytes are. Else
// content with a NUL among its first 8,000 bytes is binary (as for git), and content beyond the limits too large: it is
// a conflict as a whole, whose text is that of the preferred side, ours without preference.
//
// Thread safe. Time near linear in the size; memory about ten times the size when there are conflicts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "native/diff/lines.h"

namespace tenon::diff {

// How a conflict stands in the text.
enum class ConflictStyle {
  merge,  // both sides; what they have in common is taken out of the conflict
  diff3,  // both sides and the base between them, whole
  zdiff3  // as diff3, without the lines that both sides begin or end with
};
BOOST_DESCRIBE_ENUM(ConflictStyle, merge, diff3, zdiff3)

// Who is right where both changed the same lines.
enum class Preference {
  none,        // nobody: a conflict
  ours,        //
  theirs,      //
  both_sides,  // the lines of ours, then those of theirs (union)
};
BOOST_DESCRIBE_ENUM(Preference, none, ours, theirs, both_sides)

struct MergeLabels {
  std::string base = "base";
  std::string ours = "ours";
  std::string theirs = "theirs";
};

struct FileMergeOptions {
  ConflictStyle style = ConflictStyle::merge;
  Preference preference = Preference::none;
  std::uint16_t marker_size = 7;  // characters
  MergeLabels labels;             // behind the markers; one line each
};

// The base of a file that both sides added is empty.
struct FileVersions {
  std::string_view base;
  std::string_view ours;
  std::string_view theirs;
};

enum class FileKind { text, binary, too_large };
BOOST_DESCRIBE_ENUM(FileKind, text, binary, too_large)

// One conflict of a text: the lines of each version that it is about. Ranges count from 0; an empty range stands before
// the line that would come next. Where parts of one conflict were found equal (style merge), several conflicts share
// one range of the base.
struct FileConflict {
  LineRange marked;  // in the merged text, markers included
  LineRange base;
  LineRange ours;
  LineRange theirs;

  bool operator==(const FileConflict&) const = default;
};

struct FileMerge {
  bool clean = true;
  FileKind kind = FileKind::text;
  std::string text;                     // the merged bytes, with markers where there are conflicts
  std::vector<FileConflict> conflicts;  // of a text, in order
};

// Longest version that is merged by lines.
inline constexpr std::size_t kLongestMerge = 512UL << 20U;     // bytes
inline constexpr std::uint32_t kMostMergedLines = 16U << 20U;  // lines

// Throws invalid_argument for labels that are not one line and a marker size of 0; unavailable without memory.
FileMerge merge_file(const FileVersions& versions, const FileMergeOptions& options = {});

// What decides whether bytes are merged by lines: a NUL among the first 8,000.
bool is_binary(std::string_view bytes);

}  // namespace tenon::diff
