// How much was changed, in the three forms of git (git-diff(1): --stat, --numstat, --shortstat).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/diff/line_diff.h"
#include "native/diff/palette.h"

namespace tenon::diff {

struct BinarySizes {
  std::uint64_t before = 0;  // bytes
  std::uint64_t after = 0;
};

struct FileStat {
  std::string path;                     // the new one; the old one of a deleted file
  std::optional<std::string> old_path;  // of renames and copies
  LineCounts lines;
  std::optional<BinarySizes> binary;  // instead of lines
};

// A bar for each file and the totals; at most `columns` wide.
std::string stat_text(const std::vector<FileStat>& files, std::size_t columns, const Palette& palette = {});

// added, removed, name; "-" for binary files.
std::string numstat_text(const std::vector<FileStat>& files);

// " 2 files changed, 3 insertions(+), 1 deletion(-)"; nothing if there are no files.
std::string shortstat_text(const std::vector<FileStat>& files);

// "src/{old => new}/name": what both names have in common stands outside of the braces.
std::string rename_text(const std::string& old_path, const std::string& path);

}  // namespace tenon::diff
