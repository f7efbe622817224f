// Measures again and again how much a workspace holds while it is written to, in portions that do not hold up the
// caller. A walk through a tree that is being changed is an estimate; the sandbox measures once more when everything in
// it is dead.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "sandbox/tree_walk.h"

namespace tenon::sandbox {

class DiskMeter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  DiskMeter(int root, Time now);

  // When advance() has something to do.
  Time next() const { return next_; }

  // Does one portion if it is time. Returns the most that is known to be there.
  std::uint64_t advance(Time now);

 private:
  int root_;
  std::unique_ptr<TreeWalk> walk_;
  std::uint64_t counted_ = 0;
  Time started_;
  Time next_;
};

}  // namespace tenon::sandbox
