// Work on a tree by several threads: last in, first out, so that a branch is finished before the next one is begun and
// few directories are open at a time. For the inside of this room.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

namespace tenon::fsops {

class TaskStack {
 public:
  using Task = std::function<void()>;

  // From outside before run(), or from a task.
  void push(Task task);

  // Returns when there is no task left. The first exception of a task ends all and is thrown; the calling thread is one
  // of `threads`.
  void run(unsigned threads);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Task> tasks_;
  std::size_t busy_ = 0;
  std::exception_ptr failure_;
};

// Calls `task(from, to)` for pieces of [0, count), by several threads.
void in_pieces(std::size_t count, std::size_t piece, unsigned threads,
               const std::function<void(std::size_t, std::size_t)>& task);

}  // namespace tenon::fsops
