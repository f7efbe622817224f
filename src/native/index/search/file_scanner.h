// Searches one file at a time: reads it (never maps it: read(2) is faster for many small files, and a file that shrinks
// is no fault), decides what it is, and hands out what was found.
//
// Memory is bounded: a file of up to 16 MiB is held whole, a larger one passes through a window that only grows for a
// line longer than it; a line longer than 64 MiB ends the search of its file with a failure, and so does a UTF-16 file
// larger than that.
//
// Not thread safe; one for each thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "native/index/search/file_result.h"
#include "native/index/search/line_collector.h"
#include "native/index/search/search_options.h"
#include "native/index/search/short_reads.h"

namespace tenon::index {

// Takes the parts of one file's result in order; false to stop the file there.
using PartSink = std::function<bool(FileResult&&)>;

class FileScanner {
 public:
  // The pattern must outlive the scanner.
  FileScanner(const LinePattern& pattern, const SearchOptions& options);
  FileScanner(const FileScanner&) = delete;
  FileScanner& operator=(const FileScanner&) = delete;

  // `path` is only for the result. `name` relative to the open directory, or to the working directory for AT_FDCWD.
  // Nothing reaches the sink when nothing was found. A file that is gone, or is no regular file any more, has no
  // matches; other troubles are returned.
  std::optional<FileFailure> scan(int directory, const char* name, std::string_view path, const PartSink& sink,
                                  ShortReads short_reads = ShortReads::tell_nothing);

  // Of an open file, from where it stands; standard input too.
  std::optional<FileFailure> scan(int descriptor, std::string_view path, const PartSink& sink);

  // Of all files so far, as far as they were searched.
  std::uint64_t bytes_searched() const { return bytes_searched_; }

 private:
  // A file passing through the buffer.
  struct Passage {
    int descriptor = -1;
    std::string_view path;
    ShortReads short_reads = ShortReads::tell_nothing;
    std::uint64_t offset = 0;  // of the buffer's first byte in the file
    std::size_t searched = 0;  // bytes of the buffer that were looked at already
    bool complete = false;     // the buffer holds the rest of the file
    bool first_part = true;
  };
  enum class Flow { more, done };

  std::optional<FileFailure> scan(Passage passage, const PartSink& sink);
  std::optional<FileFailure> fill(Passage& passage, std::size_t wanted);
  std::optional<FileFailure> decode(Passage& passage);
  std::optional<FileFailure> search_windows(Passage& passage, const PartSink& sink);
  Flow search(const Passage& passage, std::size_t end);
  Flow search_binary(const Passage& passage, std::size_t nul);
  Flow hand_out(Passage& passage, const PartSink& sink);
  void hand_out_last(Passage& passage, const PartSink& sink);
  void reserve(std::size_t wanted);
  void drop_front(Passage& passage, std::size_t bytes);
  std::string_view text() const { return {buffer_.get(), size_}; }

  SearchOptions options_;
  LineMatcher matcher_;
  LineCollector collector_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  std::uint64_t bytes_searched_ = 0;
  std::optional<BinaryNotice> notice_;
};

}  // namespace tenon::index
