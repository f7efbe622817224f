// What stands above the hunks of a file, in git's form (git-diff(1), "generating patch text with -p"): `git apply` and
// GNU patch read it. Without object names; neither needs them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "native/diff/palette.h"
#include "native/diff/patch/change_set.h"

namespace tenon::diff {

enum class Origin { same_name, renamed, copied };

struct FileName {
  std::string path;  // as it is to stand behind a/ or b/
  FileType type = FileType::regular;

  bool operator==(const FileName&) const = default;
};

// One of the names may be missing: the file was added or deleted. Their types are those of one kind: a link that became
// a file is a deletion and an addition.
struct FileHeader {
  std::optional<FileName> before;
  std::optional<FileName> after;
  Origin origin = Origin::same_name;
  std::uint32_t similarity = 0;  // percent; of renames and copies
};

// What follows the header.
enum class Body { none, text, binary };

std::string header_text(const FileHeader& header, Body body, const Palette& palette = {});

// As git writes it: 100644, 100755, 120000.
std::string_view mode_text(FileType type);

}  // namespace tenon::diff
