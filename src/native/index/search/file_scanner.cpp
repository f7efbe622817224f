#include "native/index/search/file_scanner.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "native/fsops/file_descriptor.h"
#include "native/index/search/binary_limit.h"
#include "native/index/search/utf16.h"

namespace tenon::index {
namespace {

constexpr std::size_t kFirstRead = std::size_t{64} << 10;
constexpr std::size_t kHeldWhole = std::size_t{16} << 20;
constexpr std::size_t kLongestLine = std::size_t{64} << 20;
constexpr std::size_t kPart = std::size_t{1} << 20;
constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

FileFailure failure_of(std::string_view path, int error_number) {
  return {std::string(path), std::strerror(error_number)};
}

FileFailure too_long(std::string_view path, std::string_view what) {
  return {std::string(path), fmt::format("{} is longer than {} MiB", what, kLongestLine >> 20)};
}

std::size_t find_nul(std::string_view text, std::size_t from) {
  const void* found = std::memchr(text.data() + from, '\0', text.size() - from);
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

// Gone, or something else by now: what a walk saw a moment ago need not be there.
bool vanished(int error_number) {
  return error_number == ENOENT || error_number == ELOOP || error_number == ENOTDIR || error_number == ENXIO;
}

}  // namespace

FileScanner::FileScanner(const LinePattern& pattern, const SearchOptions& options)
    : options_(options), matcher_(pattern), collector_(options_, matcher_) {}

std::optional<FileFailure> FileScanner::scan(int directory, const char* name, std::string_view path,
                                             const PartSink& sink, ShortReads short_reads) {
  const fsops::FileDescriptor file(
      ::openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (file) return scan({.descriptor = file.number(), .path = path, .short_reads = short_reads}, sink);
  if (vanished(errno)) return std::nullopt;
  return failure_of(path, errno);
}

std::optional<FileFailure> FileScanner::scan(int descriptor, std::string_view path, const PartSink& sink) {
  return scan({.descriptor = descriptor, .path = path}, sink);
}

std::optional<FileFailure> FileScanner::scan(Passage passage, const PartSink& sink) {
  size_ = 0;
  notice_.reset();
  collector_.start_file();
  if (auto failure = fill(passage, kFirstRead)) return failure;
  if (!passage.complete) {
    if (auto failure = fill(passage, kHeldWhole)) return failure;
  }
  if (size_ == 0 && options_.report != Report::files_without) return std::nullopt;
  if (auto failure = decode(passage)) return failure;
  return search_windows(passage, sink);
}

// Reads until the buffer holds `wanted` bytes or the rest of the file.
std::optional<FileFailure> FileScanner::fill(Passage& passage, std::size_t wanted) {
  reserve(wanted);
  while (size_ < wanted && !passage.complete) {
    const ssize_t count = ::read(passage.descriptor, buffer_.get() + size_, wanted - size_);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != EISDIR && errno != EAGAIN) return failure_of(passage.path, errno);
    const auto bytes = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    const bool is_short = passage.short_reads == ShortReads::end_the_file && bytes < wanted - size_;
    passage.complete = bytes == 0 || is_short;
    size_ += bytes;
  }
  return std::nullopt;
}

std::optional<FileFailure> FileScanner::decode(Passage& passage) {
  if (text().starts_with(kUtf8Mark)) {
    size_ -= kUtf8Mark.size();
    std::memmove(buffer_.get(), buffer_.get() + kUtf8Mark.size(), size_);
    return std::nullopt;
  }
  const std::optional<ByteOrder> order = utf16_order(text());
  if (!order) return std::nullopt;
  if (auto failure = fill(passage, kLongestLine)) return failure;
  if (!passage.complete) return too_long(passage.path, "a UTF-16 file");
  const std::string decoded = utf8_from_utf16(text().substr(2), *order);
  reserve(decoded.size());
  std::memcpy(buffer_.get(), decoded.data(), decoded.size());
  size_ = decoded.size();
  return std::nullopt;
}

std::optional<FileFailure> FileScanner::search_windows(Passage& passage, const PartSink& sink) {
  if (options_.binary == BinaryFiles::announced) {
    const std::size_t nul = find_nul(text().substr(0, kFirstRead), 0);
    if (nul != std::string_view::npos) collector_.expect_binary(nul);
  }
  while (true) {
    if (options_.binary == BinaryFiles::skipped) {
      const std::size_t nul = find_nul(text(), passage.searched);
      if (nul != std::string_view::npos) {
        if (search_binary(passage, nul) == Flow::more) hand_out_last(passage, sink);
        return std::nullopt;
      }
    }
    const std::size_t line_feed = passage.complete ? std::string_view::npos : text().rfind('\n');
    const bool whole_lines = line_feed != std::string_view::npos && line_feed >= passage.searched;
    if (!passage.complete && !whole_lines) {
      if (size_ >= kLongestLine) return too_long(passage.path, "a line");
      if (auto failure = fill(passage, std::min(kLongestLine, size_ * 2))) return failure;
      continue;
    }
    const std::size_t end = passage.complete ? size_ : line_feed + 1;
    if (search(passage, end) == Flow::done || passage.complete) break;
    if (hand_out(passage, sink) == Flow::done) return std::nullopt;
    passage.searched = end;
    drop_front(passage, collector_.leave(text().substr(0, end)));
    if (auto failure = fill(passage, std::max(kHeldWhole, size_))) return failure;
  }
  hand_out_last(passage, sink);
  return std::nullopt;
}

FileScanner::Flow FileScanner::search(const Passage& passage, std::size_t end) {
  const auto next = collector_.collect(text().substr(0, end), passage.searched, passage.offset);
  return next == LineCollector::Next::enough ? Flow::done : Flow::more;
}

// The lines before the NUL; `done` when the file counts as one without matches.
FileScanner::Flow FileScanner::search_binary(const Passage& passage, std::size_t nul) {
  const std::size_t end =
      passage.searched + searched_before_nul(text().substr(passage.searched), nul - passage.searched);
  const Flow flow = search(passage, end);
  if (options_.report == Report::files_with_match || options_.report == Report::any_file) return Flow::more;
  if (options_.report != Report::lines) return Flow::done;
  if (flow == Flow::more && collector_.has_matches()) {
    notice_ = BinaryNotice{.kind = BinaryNotice::Kind::stopped, .offset = passage.offset + nul};
  }
  return Flow::more;
}

FileScanner::Flow FileScanner::hand_out(Passage& passage, const PartSink& sink) {
  if (collector_.collected_bytes() < kPart) return Flow::more;
  FileResult part = collector_.take();
  bytes_searched_ += part.bytes;
  part.path = passage.path;
  part.first_part = std::exchange(passage.first_part, false);
  part.last_part = false;
  return sink(std::move(part)) ? Flow::more : Flow::done;
}

void FileScanner::hand_out_last(Passage& passage, const PartSink& sink) {
  FileResult part = collector_.take();
  bytes_searched_ += part.bytes;
  if (notice_) part.binary = notice_;
  const bool reported = options_.report == Report::files_without ? part.matched_lines == 0 : !part.empty();
  if (!reported && passage.first_part) return;
  part.path = passage.path;
  part.first_part = passage.first_part;
  sink(std::move(part));
}

void FileScanner::reserve(std::size_t wanted) {
  if (wanted <= capacity_) return;
  auto larger = std::make_unique_for_overwrite<char[]>(wanted);
  if (size_ > 0) std::memcpy(larger.get(), buffer_.get(), size_);
  buffer_ = std::move(larger);
  capacity_ = wanted;
}

void FileScanner::drop_front(Passage& passage, std::size_t bytes) {
  size_ -= bytes;
  std::memmove(buffer_.get(), buffer_.get() + bytes, size_);
  passage.offset += bytes;
  passage.searched -= bytes;
}

}  // namespace tenon::index
