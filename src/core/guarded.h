// State that cannot be reached without its lock.
#pragma once

#include <mutex>
#include <utility>

namespace tenon {

template <class T>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  // Calls `use` with the value while the lock is held; must not block or suspend.
  template <class Use>
  decltype(auto) with(Use&& use) {
    std::scoped_lock lock(mutex_);
    return std::forward<Use>(use)(value_);
  }
  template <class Use>
  decltype(auto) with(Use&& use) const {
    std::scoped_lock lock(mutex_);
    return std::forward<Use>(use)(value_);
  }

 private:
  mutable std::mutex mutex_;
  T value_{};
};

}  // namespace tenon
