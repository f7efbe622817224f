// An index segment, open for reading: mapped, immutable, safe from any thread.
//
// Nothing in the file is believed: sizes are checked, everything but the postings is checksummed when it is opened, the
// postings block by block when they are first read. What does not hold throws data_corrupted; the index is built anew.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "native/index/trigram/path_list.h"
#include "native/index/trigram/segment_format.h"

namespace tenon::index {

// The documents of a trigram, not decoded yet.
struct PostingList {
  std::uint32_t documents = 0;
  std::span<const unsigned char> bytes;
};

class Segment {
 public:
  // `name` in the open directory. Throws not_found, data_corrupted, permission_denied …
  static Segment open(int directory, const char* name);

  // Of a file's bytes in memory, which must outlive it and begin at a multiple of 8.
  explicit Segment(std::span<const unsigned char> bytes);

  Segment(Segment&&) noexcept = default;
  Segment& operator=(Segment&&) noexcept = default;

  std::uint32_t documents() const { return header_.documents; }
  const PathListView& document_list() const { return documents_; }
  const PathListView& directory_list() const { return directories_; }
  const PathListView& watched_list() const { return watched_; }
  std::span<const DocumentFlag> flags() const { return flags_; }
  std::span<const std::uint32_t> tombstones() const { return tombstones_; }
  std::int64_t read_at() const { return header_.read_at; }
  std::uint64_t text_bytes() const { return header_.text_bytes; }
  std::uint64_t file_bytes() const { return header_.file_bytes; }
  std::size_t trigrams() const { return lexicon_.size(); }

  // The number of the document with this path.
  std::optional<std::uint32_t> find(std::string_view path) const;

  // The first document that is below the directory or comes after all that are.
  std::uint32_t first_below(std::string_view directory) const;

  // Empty when no document has it. Throws data_corrupted.
  PostingList postings(Trigram trigram) const;

  // Calls `take` with each document of the list, ascending. Throws data_corrupted.
  template <class Take>
  void decode(const PostingList& list, Take take) const {
    const unsigned char* at = list.bytes.data();
    const unsigned char* const end = at + list.bytes.size();
    std::uint64_t document = 0;
    for (std::uint32_t i = 0; i < list.documents; ++i) {
      std::uint64_t delta = 0;
      unsigned shift = 0;
      do {
        if (at == end || shift > 28) corrupted("postings");
        delta |= static_cast<std::uint64_t>(*at & 0x7f) << shift;
        shift += 7;
      } while ((*at++ & 0x80) != 0);
      document += delta;
      if (document >= header_.documents) corrupted("postings");
      take(static_cast<std::uint32_t>(document));
    }
  }

 private:
  struct Unmap {
    std::size_t bytes = 0;
    void operator()(const unsigned char* address) const;
  };

  [[noreturn]] static void corrupted(std::string_view what);
  std::span<const unsigned char> section(Section section) const;
  template <class Value>
  std::span<const Value> array(Section section) const;
  PathListView paths(Section first) const;
  std::uint32_t lower_bound(std::string_view path) const;
  void verify(std::uint64_t offset, std::uint64_t bytes) const;

  std::unique_ptr<const unsigned char, Unmap> mapping_;
  std::span<const unsigned char> bytes_;
  SegmentHeader header_;
  std::span<const std::uint64_t> checksums_;
  std::unique_ptr<std::atomic<bool>[]> verified_;  // of each block
  PathListView documents_;
  PathListView directories_;
  PathListView watched_;
  std::span<const DocumentFlag> flags_;
  std::span<const std::uint32_t> tombstones_;
  std::span<const LexiconEntry> lexicon_;
  SectionPlace postings_;
};

}  // namespace tenon::index
