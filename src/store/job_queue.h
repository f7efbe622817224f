// Work for the threads of a database: first in, first out, bounded; upkeep comes first and is always taken.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "store/database.h"

namespace tenon::store {

struct Job {
  Access access;
  Work work;
  Done done;

  // Lets go of the work and what it holds before anybody hears of its end.
  void finish(std::exception_ptr failure) {
    work = nullptr;
    std::exchange(done, nullptr)(failure);
  }
};

class JobQueue final {
 public:
  explicit JobQueue(std::size_t limit) : limit_(limit) {}

  // A job that finds the queue full or closed is answered with `unavailable` at once.
  void push(Job job);

  // Waits for work and takes what is there, at most `at_most`. Empty: the queue is closed and all work is taken.
  std::vector<Job> pop(std::size_t at_most);

  void close();

 private:
  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool closed_ = false;
};

}  // namespace tenon::store
