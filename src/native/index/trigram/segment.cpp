#include "native/index/trigram/segment.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>

#include <fmt/format.h>

#include "core/error.h"
#include "native/fsops/file_descriptor.h"
#include "native/index/search/path_order.h"

namespace tenon::index {

void Segment::Unmap::operator()(const unsigned char* address) const {
  ::munmap(const_cast<unsigned char*>(address), bytes);
}

void Segment::corrupted(std::string_view what) {
  throw Error(ErrorCode::data_corrupted, fmt::format("the search index is damaged: its {} do not hold", what),
              "Build it anew with `tenon index`.");
}

Segment Segment::open(int directory, const char* name) {
  const fsops::FileDescriptor file(::openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) throw system_error("opening the search index", errno);
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) throw system_error("opening the search index", errno);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size < sizeof(SegmentHeader)) corrupted("first bytes");
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (address == MAP_FAILED) throw system_error("mapping the search index", errno);
  std::unique_ptr<const unsigned char, Unmap> mapping(static_cast<const unsigned char*>(address), Unmap{size});
  Segment segment({mapping.get(), size});
  segment.mapping_ = std::move(mapping);
  return segment;
}

Segment::Segment(std::span<const unsigned char> bytes) : mapping_(nullptr, Unmap{}), bytes_(bytes) {
  if (bytes.size() < sizeof(header_)) corrupted("first bytes");
  std::memcpy(&header_, bytes.data(), sizeof(header_));
  if (header_.magic != kSegmentMagic || header_.version != kSegmentVersion) corrupted("name and version");
  if (header_.checksum != XXH3_64bits(&header_, offsetof(SegmentHeader, checksum))) corrupted("first bytes");
  const std::uint64_t begin = sizeof(header_);
  const bool sizes_hold = header_.file_bytes == bytes.size() && header_.checksums >= begin &&
                          header_.checksums <= bytes.size() && header_.checksums % sizeof(std::uint64_t) == 0;
  if (!sizes_hold) corrupted("sizes");
  const std::uint64_t blocks = (header_.checksums - begin + kBlock - 1) / kBlock;
  if (bytes.size() - header_.checksums != blocks * sizeof(std::uint64_t)) corrupted("sizes");
  checksums_ = {reinterpret_cast<const std::uint64_t*>(bytes.data() + header_.checksums), blocks};
  if (XXH3_64bits(checksums_.data(), checksums_.size_bytes()) != header_.table_checksum) corrupted("checksums");
  verified_ = std::make_unique<std::atomic<bool>[]>(blocks);

  documents_ = paths(Section::document_paths);
  directories_ = paths(Section::directory_paths);
  watched_ = paths(Section::watched_paths);
  flags_ = array<DocumentFlag>(Section::document_flags);
  tombstones_ = array<std::uint32_t>(Section::tombstones);
  lexicon_ = array<LexiconEntry>(Section::lexicon);
  section(Section::postings);
  postings_ = header_.sections[static_cast<std::size_t>(Section::postings)];
  if (documents_.size() != header_.documents || flags_.size() != header_.documents) corrupted("lists of documents");
  if (std::ranges::adjacent_find(lexicon_, std::greater_equal<>(), &LexiconEntry::trigram) != lexicon_.end()) {
    corrupted("trigrams");
  }
}

std::span<const unsigned char> Segment::section(Section section) const {
  const SectionPlace& place = header_.sections[static_cast<std::size_t>(section)];
  const bool inside = place.offset >= sizeof(header_) && place.offset <= header_.checksums &&
                      place.bytes <= header_.checksums - place.offset && place.offset % sizeof(std::uint64_t) == 0;
  if (!inside) corrupted("sections");
  return bytes_.subspan(place.offset, place.bytes);
}

template <class Value>
std::span<const Value> Segment::array(Section name) const {
  const std::span<const unsigned char> bytes = section(name);
  if (bytes.size() % sizeof(Value) != 0) corrupted("sections");
  verify(static_cast<std::uint64_t>(bytes.data() - bytes_.data()), bytes.size());
  return {reinterpret_cast<const Value*>(bytes.data()), bytes.size() / sizeof(Value)};
}

PathListView Segment::paths(Section first) const {
  const auto after = [&](std::uint32_t count) {
    return static_cast<Section>(static_cast<std::uint32_t>(first) + count);
  };
  const std::span<const char> bytes = array<char>(first);
  const PathListView list{.bytes = {bytes.data(), bytes.size()},
                          .ends = array<std::uint32_t>(after(1)),
                          .stamps = array<FileStamp>(after(2))};
  const bool holds = list.ends.size() == list.stamps.size() && std::ranges::is_sorted(list.ends) &&
                     (list.ends.empty() || list.ends.back() <= bytes.size());
  if (!holds) corrupted("lists of paths");
  return list;
}

void Segment::verify(std::uint64_t offset, std::uint64_t bytes) const {
  if (bytes == 0) return;
  const std::uint64_t begin = sizeof(header_);
  const std::uint64_t last = (offset + bytes - 1 - begin) / kBlock;
  for (std::uint64_t block = (offset - begin) / kBlock; block <= last; ++block) {
    if (verified_[block].load(std::memory_order_relaxed)) continue;
    const std::uint64_t at = begin + block * kBlock;
    const std::uint64_t size = std::min<std::uint64_t>(kBlock, header_.checksums - at);
    if (XXH3_64bits(bytes_.data() + at, size) != checksums_[block]) corrupted("checksums");
    verified_[block].store(true, std::memory_order_relaxed);
  }
}

std::uint32_t Segment::lower_bound(std::string_view path) const {
  std::uint32_t begin = 0;
  std::uint32_t end = documents();
  while (begin < end) {
    const std::uint32_t middle = begin + (end - begin) / 2;
    if (path_before(documents_.path(middle), path)) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

std::optional<std::uint32_t> Segment::find(std::string_view path) const {
  const std::uint32_t place = lower_bound(path);
  if (place == documents() || documents_.path(place) != path) return std::nullopt;
  return place;
}

std::uint32_t Segment::first_below(std::string_view directory) const {
  return directory.empty() ? 0 : lower_bound(fmt::format("{}/", directory));
}

PostingList Segment::postings(Trigram trigram) const {
  const auto found = std::ranges::lower_bound(lexicon_, trigram, {}, &LexiconEntry::trigram);
  if (found == lexicon_.end() || found->trigram != trigram) return {};
  const std::uint64_t end = std::next(found) == lexicon_.end() ? postings_.bytes : std::next(found)->offset;
  if (found->offset > end || end > postings_.bytes) corrupted("postings");
  verify(postings_.offset + found->offset, end - found->offset);
  return {.documents = found->documents,
          .bytes = bytes_.subspan(postings_.offset + found->offset, end - found->offset)};
}

}  // namespace tenon::index
