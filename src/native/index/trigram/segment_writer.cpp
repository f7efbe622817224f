#include "native/index/trigram/segment_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "core/error.h"
#include "native/index/trigram/variable_length.h"

namespace tenon::index {
namespace {

constexpr std::size_t kAlignment = 8;

// The file from behind its header on: blocks are checksummed and written as they fill up.
class BlockWriter {
 public:
  BlockWriter(int file, std::uint64_t begin) : file_(file), offset_(begin), written_(begin) { block_.reserve(kBlock); }

  std::uint64_t offset() const { return offset_; }

  void append(const void* bytes, std::size_t size) {
    const auto* from = static_cast<const unsigned char*>(bytes);
    offset_ += size;
    while (size > 0) {
      const std::size_t taken = std::min(size, kBlock - block_.size());
      block_.insert(block_.end(), from, from + taken);
      from += taken;
      size -= taken;
      if (block_.size() == kBlock) end_block();
    }
  }

  void align() {
    constexpr unsigned char kZeros[kAlignment] = {};
    append(kZeros, (kAlignment - offset_ % kAlignment) % kAlignment);
  }

  // All checksums; nothing can be appended afterwards.
  std::vector<std::uint64_t> finish() {
    if (!block_.empty()) end_block();
    return std::move(checksums_);
  }

  void write_at(const void* bytes, std::size_t size, std::uint64_t offset) const {
    const auto* from = static_cast<const unsigned char*>(bytes);
    while (size > 0) {
      const ssize_t count = ::pwrite(file_, from, size, static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw system_error("writing the index", errno);
      from += count;
      size -= static_cast<std::size_t>(count);
      offset += static_cast<std::uint64_t>(count);
    }
  }

 private:
  void end_block() {
    checksums_.push_back(XXH3_64bits(block_.data(), block_.size()));
    write_at(block_.data(), block_.size(), written_);
    written_ += block_.size();
    block_.clear();
  }

  int file_;
  std::uint64_t offset_;
  std::uint64_t written_;
  std::vector<unsigned char> block_;
  std::vector<std::uint64_t> checksums_;
};

class Writer {
 public:
  explicit Writer(int file) : out_(file, sizeof(SegmentHeader)) {}

  WrittenSegment write(const SegmentContent& content, std::span<const PostingRun> runs, std::size_t read_budget) {
    header_.documents = static_cast<std::uint32_t>(content.documents.size());
    header_.read_at = content.read_at;
    header_.text_bytes = content.text_bytes;
    write_paths(content.documents, Section::document_paths);
    write_array(Section::document_flags, content.flags);
    write_paths(content.directories, Section::directory_paths);
    write_paths(content.watched, Section::watched_paths);
    write_array(Section::tombstones, content.tombstones);
    const std::vector<LexiconEntry> lexicon = write_postings(runs, read_budget);
    write_array(Section::lexicon, lexicon);
    finish();
    return {.bytes = header_.file_bytes, .trigrams = lexicon.size()};
  }

 private:
  SectionPlace& place(Section section, unsigned after = 0) {
    return header_.sections[static_cast<std::size_t>(section) + after];
  }

  void write_bytes(SectionPlace& place, const void* bytes, std::size_t size) {
    out_.align();
    place = {out_.offset(), size};
    out_.append(bytes, size);
  }

  template <class Value>
  void write_array(Section section, const std::vector<Value>& values) {
    write_bytes(place(section), values.data(), values.size() * sizeof(Value));
  }

  void write_paths(const PathList& list, Section first) {
    write_bytes(place(first), list.bytes.data(), list.bytes.size());
    write_bytes(place(first, 1), list.ends.data(), list.ends.size() * sizeof(list.ends[0]));
    write_bytes(place(first, 2), list.stamps.data(), list.stamps.size() * sizeof(list.stamps[0]));
  }

  std::vector<LexiconEntry> write_postings(std::span<const PostingRun> runs, std::size_t read_budget) {
    std::vector<LexiconEntry> lexicon;
    std::array<unsigned char, kLongestNumber> number{};
    out_.align();
    const std::uint64_t begin = out_.offset();
    merge_runs(runs, read_budget, [&](std::span<const Posting> postings) {
      LexiconEntry entry{.trigram = postings.front().trigram, .offset = out_.offset() - begin};
      std::uint32_t last = 0;
      for (const Posting& posting : postings) {
        const unsigned char* const end = put_variable(number.data(), posting.first - last);
        out_.append(number.data(), static_cast<std::size_t>(end - number.data()));
        out_.append(posting.deltas.data(), posting.deltas.size());
        last = posting.last;
        entry.documents += posting.count;
      }
      lexicon.push_back(entry);
    });
    place(Section::postings) = {begin, out_.offset() - begin};
    return lexicon;
  }

  void finish() {
    out_.align();
    header_.checksums = out_.offset();
    const std::vector<std::uint64_t> checksums = out_.finish();
    const std::size_t bytes = checksums.size() * sizeof(checksums[0]);
    out_.write_at(checksums.data(), bytes, header_.checksums);
    header_.table_checksum = XXH3_64bits(checksums.data(), bytes);
    header_.file_bytes = header_.checksums + bytes;
    header_.checksum = XXH3_64bits(&header_, offsetof(SegmentHeader, checksum));
    out_.write_at(&header_, sizeof(header_), 0);
  }

  BlockWriter out_;
  SegmentHeader header_;
};

}  // namespace

WrittenSegment write_segment(int directory, const std::string& name, const SegmentContent& content,
                             std::span<const PostingRun> runs, std::size_t read_budget) {
  const std::string beside = name + ".new";
  const fsops::FileDescriptor file(
      ::openat(directory, beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!file) throw system_error("making a file of the index", errno);
  const WrittenSegment written = Writer(file.number()).write(content, runs, read_budget);
  if (::fdatasync(file.number()) != 0) throw system_error("writing the index to the disk", errno);
  if (::renameat(directory, beside.c_str(), directory, name.c_str()) != 0) {
    throw system_error("putting a file of the index in its place", errno);
  }
  return written;
}

}  // namespace tenon::index
