#include "native/index/trigram/posting_run.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <queue>
#include <utility>

#include "core/error.h"
#include "native/index/trigram/variable_length.h"

namespace tenon::index {
namespace {

constexpr unsigned kTrigramShift = 32;
constexpr std::size_t kWriteBuffer = std::size_t{256} << 10;
constexpr std::size_t kLeastRead = std::size_t{4} << 10;

// As it stands in a run's file, before the deltas.
struct RecordHeader {
  std::uint32_t trigram = 0;
  std::uint32_t count = 0;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t bytes = 0;
};

// Radix sort by trigram, least byte first; stable, so documents stay ascending.
void sort_by_trigram(std::vector<std::uint64_t>& pairs, std::vector<std::uint64_t>& scratch) {
  constexpr std::size_t kDigits = 3;
  constexpr std::size_t kBuckets = 256;
  const auto digit = [](std::uint64_t pair, std::size_t d) { return (pair >> (kTrigramShift + 8 * d)) & 0xff; };
  std::array<std::array<std::size_t, kBuckets>, kDigits> counts{};
  for (const std::uint64_t pair : pairs) {
    for (std::size_t d = 0; d < kDigits; ++d) ++counts[d][digit(pair, d)];
  }
  scratch.resize(pairs.size());
  for (std::size_t d = 0; d < kDigits; ++d) {
    std::size_t begin = 0;
    for (std::size_t& count : counts[d]) begin += std::exchange(count, begin);
    for (const std::uint64_t pair : pairs) scratch[counts[d][digit(pair, d)]++] = pair;
    std::swap(pairs, scratch);
  }
}

void write_all(int file, std::span<const unsigned char> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("writing a temporary file of the index", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

template <class Value>
void append_bytes(std::vector<unsigned char>& bytes, const Value& value) {
  const auto* first = reinterpret_cast<const unsigned char*>(&value);
  bytes.insert(bytes.end(), first, first + sizeof(value));
}

// Reads the records of one run in order.
class RunReader {
 public:
  RunReader(const PostingRun& run, std::size_t buffer) : run_(run), capacity_(buffer), taken_(run.begin) { advance(); }

  bool done() const { return done_; }
  const Posting& posting() const { return posting_; }

  void advance() {
    if (taken_ == run_.end) {
      done_ = true;
      return;
    }
    RecordHeader header;
    const unsigned char* bytes = take(sizeof(header));
    std::memcpy(&header, bytes, sizeof(header));
    bytes = take(header.bytes);
    posting_ = {header.trigram, header.count, header.first, header.last, {bytes, header.bytes}};
  }

 private:
  // Valid until the next call.
  const unsigned char* take(std::size_t size) {
    if (end_ - begin_ < size) refill(size);
    const unsigned char* bytes = buffer_.data() + begin_;
    begin_ += size;
    taken_ += size;
    return bytes;
  }

  void refill(std::size_t size) {
    if (begin_ > 0) std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    buffer_.resize(std::max({capacity_, size, buffer_.size()}));
    while (end_ < size) {
      const ssize_t count = ::pread(run_.descriptor, buffer_.data() + end_, buffer_.size() - end_,
                                    static_cast<off_t>(taken_ + (end_ - begin_)));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) throw system_error("reading a temporary file of the index", count < 0 ? errno : EIO);
      end_ += static_cast<std::size_t>(count);
    }
  }

  PostingRun run_;
  std::size_t capacity_;
  std::vector<unsigned char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t taken_ = 0;  // where in the file the bytes at begin_ are from
  Posting posting_;
  bool done_ = false;
};

}  // namespace

PostingArena::PostingArena(std::size_t capacity) : capacity_(capacity) { pairs_.reserve(capacity); }

void PostingArena::add(std::uint32_t document, std::span<const Trigram> trigrams) {
  for (const Trigram trigram : trigrams) {
    pairs_.push_back(static_cast<std::uint64_t>(trigram) << kTrigramShift | document);
  }
}

SpillFile::SpillFile(int directory)
    : file_(::openat(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
  // Some file systems cannot make a file without a name; the lock of the builder keeps this one to ourselves.
  constexpr const char* kName = "spill";
  if (!file_ && (errno == EOPNOTSUPP || errno == EISDIR)) {
    file_ = fsops::FileDescriptor(
        ::openat(directory, kName, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (file_) ::unlinkat(directory, kName, 0);
  }
  if (!file_) throw system_error("making a temporary file of the index", errno);
}

void SpillFile::append(std::span<const unsigned char> bytes) {
  write_all(file_.number(), bytes);
  size_ += bytes.size();
}

PostingRun PostingArena::spill(SpillFile& file) {
  PostingRun run{.descriptor = file.descriptor(),
                 .begin = file.size(),
                 .first_document = static_cast<std::uint32_t>(pairs_.front())};
  sort_by_trigram(pairs_, sorted_);
  std::vector<unsigned char> out;
  out.reserve(kWriteBuffer + kLeastRead);
  for (std::size_t i = 0; i < pairs_.size();) {
    const auto trigram = static_cast<Trigram>(pairs_[i] >> kTrigramShift);
    const std::size_t at = out.size();
    RecordHeader header{.trigram = trigram, .first = static_cast<std::uint32_t>(pairs_[i])};
    append_bytes(out, header);
    std::uint32_t last = header.first;
    for (++i, header.count = 1; i < pairs_.size() && pairs_[i] >> kTrigramShift == trigram; ++i, ++header.count) {
      const auto document = static_cast<std::uint32_t>(pairs_[i]);
      append_variable(out, document - last);
      last = document;
    }
    header.last = last;
    header.bytes = static_cast<std::uint32_t>(out.size() - at - sizeof(header));
    std::memcpy(out.data() + at, &header, sizeof(header));
    if (out.size() < kWriteBuffer) continue;
    file.append(out);
    out.clear();
  }
  file.append(out);
  run.end = file.size();
  pairs_.clear();
  return run;
}

void merge_runs(std::span<const PostingRun> runs, std::size_t read_budget,
                const std::function<void(std::span<const Posting>)>& take) {
  const std::size_t buffer = std::max(kLeastRead, read_budget / std::max<std::size_t>(1, runs.size()));
  std::vector<RunReader> readers;
  readers.reserve(runs.size());
  using Place = std::pair<Trigram, std::uint32_t>;  // and the index of the reader
  std::priority_queue<Place, std::vector<Place>, std::greater<>> queue;
  for (const PostingRun& run : runs) {
    readers.emplace_back(run, buffer);
    if (!readers.back().done()) {
      queue.emplace(readers.back().posting().trigram, static_cast<std::uint32_t>(readers.size() - 1));
    }
  }
  std::vector<Posting> postings;
  std::vector<std::uint32_t> used;
  while (!queue.empty()) {
    const Trigram trigram = queue.top().first;
    postings.clear();
    used.clear();
    while (!queue.empty() && queue.top().first == trigram) {
      used.push_back(queue.top().second);
      postings.push_back(readers[used.back()].posting());
      queue.pop();
    }
    take(postings);
    for (const std::uint32_t reader : used) {
      readers[reader].advance();
      if (!readers[reader].done()) queue.emplace(readers[reader].posting().trigram, reader);
    }
  }
}

}  // namespace tenon::index
