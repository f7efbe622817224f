#include "sandbox/disk_meter.h"

#include <algorithm>

#include "sandbox/lent_tree.h"

namespace tenon::sandbox {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kPortion = 2000;
constexpr auto kPause = 250ms;
// A walk of a large tree is followed by a pause of four times its length: a fifth of one core at most.
constexpr int kRest = 4;

}  // namespace

DiskMeter::DiskMeter(int root, Time now) : root_(root), started_(now), next_(now + kPause) {}

std::uint64_t DiskMeter::advance(Time now) {
  if (now < next_) return counted_;
  if (!walk_) {
    counted_ = 0;
    started_ = now;
    walk_ = std::make_unique<TreeWalk>(
        root_, [this](int, const char*, const struct stat& status) { counted_ += used_bytes_of(status); });
  }
  if (!walk_->step(kPortion)) {
    walk_.reset();
    next_ = now + std::max<Time::duration>(kPause, kRest * (now - started_));
  }
  return counted_;
}

}  // namespace tenon::sandbox
