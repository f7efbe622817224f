#include "native/fsops/task_stack.h"

#include <algorithm>
#include <thread>

namespace tenon::fsops {

void TaskStack::push(Task task) {
  {
    const std::scoped_lock lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void TaskStack::run(unsigned threads) {
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back([this] { work(); });
    work();
  }
  if (failure_) std::rethrow_exception(failure_);
}

void TaskStack::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !tasks_.empty() || busy_ == 0; });
    if (tasks_.empty()) break;
    Task task = std::move(tasks_.back());
    tasks_.pop_back();
    ++busy_;
    lock.unlock();
    std::exception_ptr failure;
    try {
      task();
    } catch (...) {
      failure = std::current_exception();
    }
    // What the task holds is let go before it counts as done, and outside of the lock.
    task = {};
    lock.lock();
    --busy_;
    if (failure && !failure_) failure_ = failure;
    if (failure_) tasks_.clear();
    if (busy_ == 0 && tasks_.empty()) changed_.notify_all();
  }
}

void in_pieces(std::size_t count, std::size_t piece, unsigned threads,
               const std::function<void(std::size_t, std::size_t)>& task) {
  TaskStack stack;
  for (std::size_t from = 0; from < count; from += piece) {
    stack.push([&task, from, to = std::min(count, from + piece)] { task(from, to); });
  }
  stack.run(threads);
}

}  // namespace tenon::fsops
