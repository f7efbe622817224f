// One changed file of `tenon diff`, as it is shown: patch, words, statistics or JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "native/diff/diff_stat.h"
#include "native/diff/file_diff.h"
#include "native/diff/tree_diff.h"
#include "native/diff/word_diff.h"

namespace tenon::cli {

enum class DiffFormat { patch, words, stat, numstat, shortstat, name_status, name_only, json, quiet };

enum class BinaryPatches { named, whole };  // what a patch has of binary files: that they differ, or both versions

struct DiffReportOptions {
  DiffFormat format = DiffFormat::patch;
  diff::FileDiffOptions files;
  diff::Palette palette;
  diff::WordStyle word_style = diff::WordStyle::plain;
  BinaryPatches binary = BinaryPatches::named;
};

// For --json. A line or path that is no UTF-8 text is given in hexadecimal instead (byte_text.h); the function, which
// is for people, has U+FFFD in place of what is not.
struct DiffLine {
  std::string kind;                 // context, removed or added
  std::optional<std::string> text;  // with its line end, if it has one
  std::optional<std::string> text_hex;
};
BOOST_DESCRIBE_STRUCT(DiffLine, (), (kind, text, text_hex))

struct DiffHunk {
  std::uint32_t old_start = 0;  // counted from 1; of an empty range: the line before it
  std::uint32_t old_lines = 0;
  std::uint32_t new_start = 0;
  std::uint32_t new_lines = 0;
  std::string function;
  std::vector<DiffLine> lines;
};
BOOST_DESCRIBE_STRUCT(DiffHunk, (), (old_start, old_lines, new_start, new_lines, function, lines))

struct DiffFile {
  std::string status;  // added, deleted, modified, type_changed, renamed, copied
  std::optional<std::string> old_path;
  std::optional<std::string> old_path_hex;
  std::optional<std::string> new_path;
  std::optional<std::string> new_path_hex;
  std::optional<std::string> old_mode;  // 100644, 100755, 120000
  std::optional<std::string> new_mode;
  std::optional<std::uint32_t> similarity;  // percent; of renames and copies
  bool binary = false;
  std::uint64_t removed = 0;  // lines
  std::uint64_t added = 0;
  std::vector<DiffHunk> hunks;
};
BOOST_DESCRIBE_STRUCT(DiffFile, (),
                      (status, old_path, old_path_hex, new_path, new_path_hex, old_mode, new_mode, similarity, binary,
                       removed, added, hunks))

// What one change makes; only what the format needs is filled.
struct DiffReport {
  bool differs = false;
  std::string text;
  std::optional<diff::FileStat> stat;
  std::vector<DiffFile> json;  // two for a file that became a link, or the other way round
};

// A name and the letter of its status; needs no content.
std::string name_status_text(const diff::TreeChange& change);
std::string name_text(const diff::TreeChange& change);

DiffReport report_change(const diff::TreeChange& change, diff::FileContents contents, const DiffReportOptions& options);

}  // namespace tenon::cli
