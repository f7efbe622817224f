// Reads documents and makes a segment of them, in parallel and in bounded memory: an arena of 1 Mi postings for each
// thread is sorted and spilled when it is full, the spills are merged (external merge sort).
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "native/index/trigram/segment_writer.h"

namespace tenon::index {

struct BuildProgress {
  std::uint64_t documents = 0;
  std::uint64_t documents_total = 0;
  std::uint64_t bytes = 0;
};

// Called now and then, by one thread at a time; it must not throw.
using ProgressSink = std::function<void(const BuildProgress&)>;

struct SegmentPlace {
  int directory = -1;  // open, of the index
  std::string name;
};

// `content.documents` are paths relative to the open `root`, in path order; their stamps and flags are filled in here.
// A document that cannot be read is kept, flagged as one to be looked at by every search. Throws storage_full …
WrittenSegment build_segment(int root, const SegmentPlace& place, SegmentContent content, std::uint32_t threads,
                             const ProgressSink& progress);

}  // namespace tenon::index
