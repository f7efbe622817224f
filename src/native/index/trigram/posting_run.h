// Postings of a range of documents, sorted by trigram, on their way into a segment: gathered in an arena of fixed size,
// spilled to a file when it is full, merged afterwards. This is an external merge sort whose keys are trigrams; the
// document ranges of runs do not overlap, so that merging copies bytes and compares nothing but trigrams.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "native/fsops/file_descriptor.h"
#include "native/index/trigram/trigram_query.h"

namespace tenon::index {

// The documents of one trigram in one run. `deltas` are the differences from `first` on, as variable-length numbers.
struct Posting {
  Trigram trigram = 0;
  std::uint32_t count = 0;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::span<const unsigned char> deltas;
};

// A temporary file without a name, for the runs of one thread.
class SpillFile {
 public:
  // In the open directory. Throws storage_full, permission_denied …
  explicit SpillFile(int directory);

  int descriptor() const { return file_.number(); }
  std::uint64_t size() const { return size_; }
  void append(std::span<const unsigned char> bytes);

 private:
  fsops::FileDescriptor file_;
  std::uint64_t size_ = 0;
};

// Part of a spill file, which must outlive it.
struct PostingRun {
  int descriptor = -1;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint32_t first_document = 0;
};

// Not thread safe. Documents come in ascending order; memory is twice `capacity` × 8 bytes.
class PostingArena {
 public:
  explicit PostingArena(std::size_t capacity);

  // Whether a document with so many trigrams fits; one that never would does fit an empty arena.
  bool has_room(std::size_t trigrams) const { return empty() || size() + trigrams <= capacity_; }
  bool empty() const { return size() == 0; }

  void add(std::uint32_t document, std::span<const Trigram> trigrams);

  // Writes all pairs to the end of the file and empties the arena, which must not be empty.
  PostingRun spill(SpillFile& file);

 private:
  std::size_t size() const { return ascii_.size() + other_.size(); }
  std::uint32_t first_document() const;

  std::size_t capacity_;
  // A key in the high half, the document in the low one. Keys of the first are numbers of ASCII trigrams, which small
  // digits sort in two passes; those of the second are trigrams, few in most trees.
  std::vector<std::uint64_t> ascii_;
  std::vector<std::uint64_t> other_;
  std::vector<std::uint64_t> sorted_;
};

// Calls `take` for each trigram of all runs, ascending, with its postings in the order of documents. `read_budget`
// bytes of buffers are shared by all runs. Throws when a run cannot be read.
void merge_runs(std::span<const PostingRun> runs, std::size_t read_budget,
                const std::function<void(std::span<const Posting>)>& take);

}  // namespace tenon::index
