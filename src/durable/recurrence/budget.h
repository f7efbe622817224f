// Bounds the work of one search, so that a rule that matches nearly never cannot hold a thread.
#pragma once

#include <cstddef>

namespace tenon::durable {

class SearchBudget final {
 public:
  explicit SearchBudget(std::size_t limit) : limit_(limit) {}

  // Throws invalid_argument beyond the limit.
  void spend(std::size_t steps = 1) {
    spent_ += steps;
    if (spent_ > limit_) exhausted();
  }

  std::size_t spent() const { return spent_; }

 private:
  [[noreturn]] void exhausted() const;

  std::size_t limit_;
  std::size_t spent_ = 0;
};

}  // namespace tenon::durable
