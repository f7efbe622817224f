#include "native/index/trigram/segment_builder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "native/fsops/file_descriptor.h"
#include "native/index/search/utf16.h"
#include "native/index/trigram/trigram_collector.h"
#include "native/index/trigram/work_ranges.h"

namespace tenon::index {
namespace {

constexpr std::size_t kArenaPostings = std::size_t{1} << 20;
constexpr std::size_t kReadBudget = std::size_t{32} << 20;
constexpr std::size_t kReadBuffer = std::size_t{256} << 10;
constexpr std::size_t kBinarySniff = std::size_t{64} << 10;  // as the scanner skips binary files
constexpr std::size_t kMostTrigrams = 500'000;               // of a document; one with more is noise
constexpr std::uint64_t kProgressStep = 1000;

class DocumentReader {
 public:
  explicit DocumentReader(int root) : root_(root), buffer_(kReadBuffer) {}

  struct Document {
    FileStamp stamp;
    DocumentFlag flag = DocumentFlag::unindexed;
    std::uint64_t bytes = 0;
  };

  // Its trigrams are in the collector afterwards.
  Document read(const char* path, TrigramCollector& trigrams) {
    Document document;
    const fsops::FileDescriptor file(::openat(root_, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    struct stat status{};
    if (!file || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) return document;
    document.stamp = stamp_of(status);
    while (true) {
      const ssize_t count = ::read(file.number(), buffer_.data(), buffer_.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return document;
      if (count == 0) break;
      const std::string_view piece(buffer_.data(), static_cast<std::size_t>(count));
      if (document.bytes == 0 && utf16_order(piece)) return document;
      if (document.bytes == 0 && piece.substr(0, kBinarySniff).find('\0') != std::string_view::npos) {
        document.flag = DocumentFlag::binary;
        return document;
      }
      trigrams.add(piece);
      document.bytes += piece.size();
      if (trigrams.trigrams().size() > kMostTrigrams) return document;
    }
    document.flag = DocumentFlag::none;
    return document;
  }

 private:
  int root_;
  std::vector<char> buffer_;
};

class Worker {
 public:
  Worker(int root, int index, SegmentContent& content)
      : reader_(root), file_(index), arena_(kArenaPostings), content_(content) {}

  void read(WorkRanges::Range range) {
    if (range.begin != expected_) spill();
    for (std::uint32_t document = range.begin; document < range.end; ++document) read(document);
    expected_ = range.end;
  }

  void spill() {
    if (!arena_.empty()) runs_.push_back(arena_.spill(file_));
  }

  // Gives back the memory of postings that are spilled by now.
  void forget_postings() { arena_ = PostingArena(0); }

  const std::vector<PostingRun>& runs() const { return runs_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  void read(std::uint32_t number) {
    path_ = content_.documents.path(number);
    const DocumentReader::Document document = reader_.read(path_.c_str(), trigrams_);
    content_.documents.stamps[number] = document.stamp;
    content_.flags[number] = is_racy(document.stamp, content_.read_at) ? DocumentFlag::racy : document.flag;
    bytes_ += document.bytes;
    if (document.flag == DocumentFlag::none) {
      if (!arena_.has_room(trigrams_.trigrams().size())) spill();
      arena_.add(number, trigrams_.trigrams());
    }
    trigrams_.clear();
  }

  DocumentReader reader_;
  SpillFile file_;
  PostingArena arena_;
  TrigramCollector trigrams_;
  SegmentContent& content_;
  std::vector<PostingRun> runs_;
  std::string path_;
  std::uint32_t expected_ = 0;  // where the next range begins if it carries on
  std::uint64_t bytes_ = 0;
};

// Reads all documents; the first thing that goes wrong on any thread is thrown here.
class Reading {
 public:
  Reading(std::uint32_t documents, std::uint32_t threads, const ProgressSink& progress)
      : ranges_(documents, threads), total_(documents), progress_(progress) {}

  void run(std::deque<Worker>& workers) {
    {
      std::vector<std::jthread> others;
      for (std::uint32_t i = 1; i < workers.size(); ++i) {
        others.emplace_back([this, &workers, i] { work(workers[i], i); });
      }
      work(workers.front(), 0);
    }
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void work(Worker& worker, std::uint32_t thread) {
    try {
      std::uint64_t bytes_before = 0;
      for (auto range = ranges_.next(thread); !range.empty() && !failed_; range = ranges_.next(thread)) {
        worker.read(range);
        report(range.end - range.begin, worker.bytes() - bytes_before);
        bytes_before = worker.bytes();
      }
      worker.spill();
    } catch (...) {
      const std::scoped_lock lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      failed_ = true;
    }
  }

  void report(std::uint64_t documents, std::uint64_t bytes) {
    const std::scoped_lock lock(mutex_);
    done_ += documents;
    bytes_ += bytes;
    if (!progress_ || (done_ < reported_ + kProgressStep && done_ < total_)) return;
    reported_ = done_;
    progress_({.documents = done_, .documents_total = total_, .bytes = bytes_});
  }

  WorkRanges ranges_;
  std::uint64_t total_;
  const ProgressSink& progress_;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::exception_ptr failure_;
  std::uint64_t done_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t reported_ = 0;
};

}  // namespace

WrittenSegment build_segment(int root, const SegmentPlace& place, SegmentContent content, std::uint32_t threads,
                             const ProgressSink& progress) {
  content.documents.stamps.resize(content.documents.size());
  content.flags.resize(content.documents.size());
  std::vector<PostingRun> runs;
  std::deque<Worker> workers;
  for (std::uint32_t i = 0; i < std::max(1U, threads); ++i) workers.emplace_back(root, place.directory, content);
  Reading(static_cast<std::uint32_t>(content.documents.size()), static_cast<std::uint32_t>(workers.size()), progress)
      .run(workers);
  for (Worker& worker : workers) {
    worker.forget_postings();
    content.text_bytes += worker.bytes();
    runs.insert(runs.end(), worker.runs().begin(), worker.runs().end());
  }
  std::ranges::sort(runs, {}, &PostingRun::first_document);
  return write_segment(place.directory, place.name, content, runs, kReadBudget);
}

}  // namespace tenon::index
