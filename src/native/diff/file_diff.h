// Two versions of a file, compared. Binary is what has a NUL in its first 8 KiB, as for git; files that were not read
// whole are treated alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/diff/hunks.h"
#include "native/diff/line_diff.h"

namespace tenon::diff {

// Larger files are compared byte by byte only (git's core.bigFileThreshold).
inline constexpr std::uint64_t kLargestText = 512ULL << 20U;

enum class Reading { whole, only_size };  // of a file that is too large

struct FileContents {
  std::string before;  // empty for a file that was added
  std::string after;
  Reading reading = Reading::whole;
  std::uint64_t before_size = 0;  // bytes
  std::uint64_t after_size = 0;
};

enum class BinaryFiles { detected, as_text };

struct FileDiffOptions {
  LineDiffOptions lines;
  HunkOptions hunks;
  BinaryFiles binary = BinaryFiles::detected;
};

// Neither copied nor moved: what it hands out points into it.
class FileDiff {
 public:
  FileDiff(FileContents contents, const FileDiffOptions& options);
  FileDiff(const FileDiff&) = delete;
  FileDiff& operator=(const FileDiff&) = delete;

  bool binary() const { return binary_; }
  const Lines& before() const { return before_; }
  const Lines& after() const { return after_; }
  const Changes& changes() const { return changes_; }
  const FileContents& contents() const { return contents_; }

  // What is shown and counted: without changes of blank lines if the options say so. `path` chooses the language.
  std::vector<Hunk> hunks(std::string_view path) const;

  // Of the hunks.
  LineCounts counts() const;

 private:
  FileContents contents_;
  FileDiffOptions options_;
  bool binary_ = false;
  Lines before_;
  Lines after_;
  Changes changes_;
};

}  // namespace tenon::diff
