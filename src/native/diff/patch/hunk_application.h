// One hunk into the lines of a file. For the inside of the applier.
#pragma once

#include <cstdint>
#include <vector>

#include "native/diff/patch/applier.h"
#include "native/diff/patch/image.h"
#include "native/diff/patch/patch.h"
#include "native/diff/patch/whitespace.h"

namespace tenon::diff::patch {

// What the hunks of one file have in common.
struct HunkContext {
  const ApplyOptions& options;
  WhitespaceRule rule;
  std::uint32_t whitespace_fixed = 0;       // lines that were written other than the patch has them
  std::vector<WhitespaceFault> whitespace;  // blank lines added at the end of the file
  std::int64_t growth = 0;                  // lines that the hunks so far added
  std::int64_t offset = 0;                  // how far off the last hunk was
};

// Puts the hunk into the image if there is a place for it; else the image stays as it is and the report says why.
HunkReport apply_hunk(Image& image, const Hunk& hunk, const FilePatch& file, HunkContext& context);

}  // namespace tenon::diff::patch
