// Hands the results of files that are searched in parallel to one sink, in the order of the files. Results that come
// before their turn wait here; when too many wait, so do the threads that bring more.
//
// Thread safe. The file whose turn it is never waits, so there is always progress.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "native/index/search/file_result.h"

namespace tenon::index {

// Takes results in order, one call at a time; false ends the search.
using ResultSink = std::function<bool(FileResult&&)>;

class OrderedResults {
 public:
  explicit OrderedResults(const ResultSink& sink) : sink_(sink) {}

  // A part of the result of the file with this place in the order. False when nothing more is wanted.
  bool add(std::size_t place, FileResult&& part);

  // Every place is finished once, by the thread that searched it.
  void finish(std::size_t place);

  bool stopped() const;

 private:
  struct Waiting {
    std::vector<FileResult> parts;
    bool finished = false;
  };

  void deliver(FileResult&& part);
  void deliver_waiting();

  const ResultSink& sink_;
  mutable std::mutex mutex_;
  std::condition_variable turn_;
  std::map<std::size_t, Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t next_ = 0;  // whose turn it is
  bool stopped_ = false;
};

}  // namespace tenon::index
