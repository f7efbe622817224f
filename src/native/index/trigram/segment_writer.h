// Writes a segment beside its place, and puts it there when it is whole and on the disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "native/fsops/file_descriptor.h"
#include "native/index/trigram/path_list.h"
#include "native/index/trigram/posting_run.h"
#include "native/index/trigram/segment_format.h"

namespace tenon::index {

struct SegmentContent {
  PathList documents;  // in path order
  std::vector<DocumentFlag> flags;
  PathList directories;
  PathList watched;
  std::vector<std::uint32_t> tombstones;
  std::int64_t read_at = 0;
  std::uint64_t text_bytes = 0;
};

struct WrittenSegment {
  std::uint64_t bytes = 0;
  std::uint64_t trigrams = 0;  // distinct
};

// `name` in the open directory; `runs` in the order of their documents. `read_budget`: as merge_runs(). A half-written
// file never has the name. Throws storage_full, permission_denied …
WrittenSegment write_segment(int directory, const std::string& name, const SegmentContent& content,
                             std::span<const PostingRun> runs, std::size_t read_budget);

}  // namespace tenon::index
