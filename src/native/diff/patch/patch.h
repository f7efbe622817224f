// A patch as it was read: which files, what becomes of each, in the words of the patch. Nothing here has looked at a
// tree yet; applier.h does.
//
// Formats: unified diffs with git's extended headers (git-diff(1), "generating patch text with -p"), traditional ones
// of diff(1) and others, and git's binary patches. Views point into Patch::text.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/diff/patch/hunk_lines.h"

namespace tenon::diff::patch {

struct Hunk {
  // As the header says, or counted when the header is wrong; lines of files are counted from 1 here, 0 is "before".
  std::uint32_t old_start = 0;
  std::uint32_t old_count = 0;
  std::uint32_t new_start = 0;
  std::uint32_t new_count = 0;
  HunkLines lines;
  std::uint32_t leading = 0;   // context lines at the beginning
  std::uint32_t trailing = 0;  // and at the end
  std::uint32_t number = 0;    // line of the header in the patch
  std::string_view text;       // header and lines, as they stand in the patch
  bool recounted = false;      // the counts of its header were wrong
};

// Half of a binary patch, inflated.
struct BinaryHunk {
  enum class Kind { literal, delta } kind = Kind::literal;
  std::string data;
};

// Some headers say it, of others it depends on the tree.
enum class Certainty { no, yes, unknown };

struct FilePatch {
  std::optional<std::string> old_name;  // below the tree's root, prefixes stripped; nothing: /dev/null
  std::optional<std::string> new_name;
  std::optional<std::uint32_t> old_mode;  // st_mode as git writes it: 0100644, 0100755, 0120000
  std::optional<std::uint32_t> new_mode;
  std::string old_id;  // object names of an `index` line, perhaps abbreviated
  std::string new_id;
  Certainty creates = Certainty::unknown;
  Certainty deletes = Certainty::unknown;
  bool renames = false;
  bool copies = false;
  std::uint32_t similarity = 0;  // percent; of a rename or copy, else of a rewrite
  std::vector<Hunk> hunks;
  bool binary = false;  // said to differ, perhaps without the bytes
  std::optional<BinaryHunk> binary_forward;
  std::optional<BinaryHunk> binary_reverse;
  bool relative_to_root = false;  // `diff --git` names files from the root of the tree, traditional diffs from anywhere
  std::uint32_t number = 0;       // line of its header in the patch

  // What the file is called in messages.
  const std::string& name() const { return new_name ? *new_name : *old_name; }
  std::uint64_t added() const;
  std::uint64_t removed() const;
};

struct Patch {
  std::shared_ptr<const std::string> text;
  std::vector<FilePatch> files;
  std::vector<std::string> warnings;
};

// The patch that undoes this one. Files come in the opposite order.
Patch reversed(Patch patch);

}  // namespace tenon::diff::patch
