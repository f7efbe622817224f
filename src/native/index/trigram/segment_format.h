// The file of an index segment. Numbers are in the byte order of the machine that wrote it: an index is a cache that
// never travels; a file from elsewhere does not pass its checksum and is built anew.
//
//   header          SegmentHeader, with a checksum of itself
//   sections        each begins at a multiple of 8
//   block checksums XXH3 (64 bits) of each block of 64 KiB between the header and here, the last block being shorter
//
// Documents are numbered from 0 in the order of their paths (search/path_order.h). Lists of paths are three sections:
// all bytes, where each path ends, and the stamps.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "native/index/trigram/trigram_query.h"

namespace tenon::index {

inline constexpr std::array<char, 8> kSegmentMagic = {'T', 'e', 'n', 'o', 'n', 'S', 'e', 'g'};
inline constexpr std::uint32_t kSegmentVersion = 1;
inline constexpr std::size_t kBlock = std::size_t{64} << 10;

enum class Section : std::uint32_t {
  document_paths,
  document_ends,    // std::uint32_t
  document_stamps,  // FileStamp
  document_flags,   // std::uint8_t, DocumentFlag
  directory_paths,
  directory_ends,
  directory_stamps,
  watched_paths,  // files whose change alters which files belong to the tree; absolute, or relative to the root
  watched_ends,
  watched_stamps,  // all zero: was not there
  tombstones,      // std::uint32_t, ascending: documents of the base that this overlay takes out
  lexicon,         // LexiconEntry, ascending by trigram
  postings,
};
inline constexpr std::size_t kSections = 13;

struct SectionPlace {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

struct SegmentHeader {
  std::array<char, 8> magic = kSegmentMagic;
  std::uint32_t version = kSegmentVersion;
  std::uint32_t documents = 0;
  std::int64_t read_at = 0;      // when the reading of the tree began, nanoseconds since 1970
  std::uint64_t text_bytes = 0;  // of all documents
  std::uint64_t checksums = 0;   // where the block checksums begin
  std::uint64_t file_bytes = 0;
  std::uint64_t table_checksum = 0;  // of the block checksums
  std::array<SectionPlace, kSections> sections{};
  std::uint64_t checksum = 0;  // of all before it
};
static_assert(sizeof(SegmentHeader) % 8 == 0);

// How a document takes part, if not by its postings.
enum class DocumentFlag : std::uint8_t {
  none = 0,
  racy = 1,       // may have changed after it was read: searched whatever the query says
  unindexed = 2,  // likewise: it is UTF-16, holds too many trigrams, or could not be read
  binary = 3,     // has a NUL early on: searched only when binary files are
};

// Postings are the first document, then the differences, as variable-length numbers.
struct LexiconEntry {
  Trigram trigram = 0;
  std::uint32_t documents = 0;
  std::uint64_t offset = 0;  // in the section; the postings end where the next entry's begin
};

}  // namespace tenon::index
