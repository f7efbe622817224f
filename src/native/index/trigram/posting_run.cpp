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
#include "native/index/trigram/ascii_trigram.h"
#include "native/index/trigram/variable_length.h"

namespace tenon::index {
namespace {

constexpr unsigned kKeyShift = 32;
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

struct Digit {
  unsigned shift = 0;
  unsigned bits = 0;
};

// Radix sort, least digit first; stable, so documents stay ascending. An even number of digits leaves each list in its
// own memory.
void sort_by(std::span<const Digit> digits, std::vector<std::uint64_t>& pairs, std::vector<std::uint64_t>& scratch) {
  scratch.resize(pairs.size());
  std::vector<std::size_t> places;
  for (const Digit& digit : digits) {
    const std::uint64_t mask = (std::uint64_t{1} << digit.bits) - 1;
    places.assign(mask + 1, 0);
    for (const std::uint64_t pair : pairs) ++places[pair >> digit.shift & mask];
    std::size_t begin = 0;
    for (std::size_t& place : places) begin += std::exchange(place, begin);
    for (const std::uint64_t pair : pairs) scratch[places[pair >> digit.shift & mask]++] = pair;
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

// The pairs in front that have the same key.
std::span<const std::uint64_t> take_first(std::span<const std::uint64_t>& pairs) {
  const std::uint64_t key = pairs.front() >> kKeyShift;
  std::size_t count = 1;
  while (count < pairs.size() && pairs[count] >> kKeyShift == key) ++count;
  const std::span<const std::uint64_t> taken = pairs.first(count);
  pairs = pairs.subspan(count);
  return taken;
}

// Records on their way into a file, many at once.
class RecordWriter {
 public:
  explicit RecordWriter(SpillFile& file) : file_(file), buffer_(kWriteBuffer) {}

  // `pairs` of one trigram, ascending.
  void write(Trigram trigram, std::span<const std::uint64_t> pairs) {
    make_room(sizeof(RecordHeader) + pairs.size() * kLongestNumber);
    unsigned char* const begin = buffer_.data() + used_ + sizeof(RecordHeader);
    unsigned char* at = begin;
    const auto first = static_cast<std::uint32_t>(pairs.front());
    std::uint32_t last = first;
    for (const std::uint64_t pair : pairs.subspan(1)) {
      at = put_variable(at, static_cast<std::uint32_t>(pair) - last);
      last = static_cast<std::uint32_t>(pair);
    }
    const RecordHeader header{.trigram = trigram,
                              .count = static_cast<std::uint32_t>(pairs.size()),
                              .first = first,
                              .last = last,
                              .bytes = static_cast<std::uint32_t>(at - begin)};
    std::memcpy(buffer_.data() + used_, &header, sizeof(header));
    used_ += sizeof(header) + header.bytes;
  }

  void flush() {
    file_.append(std::span(buffer_).first(used_));
    used_ = 0;
  }

 private:
  void make_room(std::size_t bytes) {
    if (used_ + bytes <= buffer_.size()) return;
    flush();
    if (bytes > buffer_.size()) buffer_.resize(bytes);
  }

  SpillFile& file_;
  std::vector<unsigned char> buffer_;
  std::size_t used_ = 0;
};

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

PostingArena::PostingArena(std::size_t capacity) : capacity_(capacity) { ascii_.reserve(capacity); }

void PostingArena::add(std::uint32_t document, std::span<const Trigram> trigrams) {
  for (const Trigram trigram : trigrams) {
    if (is_ascii(trigram)) {
      ascii_.push_back(static_cast<std::uint64_t>(ascii_number(trigram)) << kKeyShift | document);
    } else {
      other_.push_back(static_cast<std::uint64_t>(trigram) << kKeyShift | document);
    }
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
  constexpr unsigned kLow = 11;
  constexpr std::array kAsciiDigits = {Digit{kKeyShift, kLow}, Digit{kKeyShift + kLow, kAsciiNumberBits - kLow}};
  constexpr std::array kOtherDigits = {Digit{kKeyShift, 12}, Digit{kKeyShift + 12, 12}};
  PostingRun run{.descriptor = file.descriptor(), .begin = file.size(), .first_document = first_document()};
  sort_by(kAsciiDigits, ascii_, sorted_);
  sort_by(kOtherDigits, other_, sorted_);

  RecordWriter out(file);
  std::span<const std::uint64_t> ascii = ascii_;
  std::span<const std::uint64_t> other = other_;
  const auto trigram_of_ascii = [&] { return ascii_trigram(static_cast<Trigram>(ascii.front() >> kKeyShift)); };
  const auto trigram_of_other = [&] { return static_cast<Trigram>(other.front() >> kKeyShift); };
  while (!ascii.empty() || !other.empty()) {
    const bool take_ascii = other.empty() || (!ascii.empty() && trigram_of_ascii() < trigram_of_other());
    const Trigram trigram = take_ascii ? trigram_of_ascii() : trigram_of_other();
    out.write(trigram, take_first(take_ascii ? ascii : other));
  }
  out.flush();
  run.end = file.size();
  ascii_.clear();
  other_.clear();
  return run;
}

// The first of both lists, which are in the order of documents until they are sorted.
std::uint32_t PostingArena::first_document() const {
  const auto first = [](const std::vector<std::uint64_t>& pairs) {
    return pairs.empty() ? UINT32_MAX : static_cast<std::uint32_t>(pairs.front());
  };
  return std::min(first(ascii_), first(other_));
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
