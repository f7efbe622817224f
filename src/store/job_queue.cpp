#include "store/job_queue.h"

#include "core/error.h"

namespace tenon::store {

void JobQueue::push(Job job) {
  {
    std::scoped_lock lock(mutex_);
    const bool upkeep = job.access == Access::upkeep;
    if (!closed_ && (upkeep || jobs_.size() < limit_)) {
      jobs_.insert(upkeep ? jobs_.begin() : jobs_.end(), std::move(job));
      changed_.notify_one();
      return;
    }
  }
  job.done(std::make_exception_ptr(Error(ErrorCode::unavailable,
                                         fmt::format("The database has {} calls waiting and takes no more.", limit_),
                                         "Try again in a moment.")));
}

std::vector<Job> JobQueue::pop(std::size_t at_most) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
  std::vector<Job> taken;
  while (!jobs_.empty() && taken.size() < at_most) {
    taken.push_back(std::move(jobs_.front()));
    jobs_.pop_front();
  }
  return taken;
}

void JobQueue::close() {
  std::scoped_lock lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

}  // namespace tenon::store
