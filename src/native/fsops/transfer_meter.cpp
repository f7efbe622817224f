#include "native/fsops/transfer_meter.h"

#include <algorithm>

#include "core/error.h"

namespace tenon::fsops {

void TransferMeter::check() const {
  if (options_.stop.stop_requested()) throw Error(ErrorCode::cancelled, "the work on the directory was stopped");
}

void TransferMeter::add_file(std::uint64_t bytes) {
  ++files_;
  bytes_ += bytes;
  if (options_.progress) tell();
}

void TransferMeter::leave_out(const std::string& path, std::string reason) {
  const std::scoped_lock lock(mutex_);
  left_out_.push_back({.path = printable(path), .reason = std::move(reason)});
}

void TransferMeter::tell() {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - told_ < kInterval) return;
  told_ = now;
  options_.progress({.files = files_, .bytes = bytes_});
}

TransferReport TransferMeter::finish() {
  const std::scoped_lock lock(mutex_);
  if (options_.progress) options_.progress({.files = files_, .bytes = bytes_});
  std::ranges::sort(left_out_, {}, &Refusal::path);
  return {
      .files = files_, .directories = directories_, .links = links_, .bytes = bytes_, .left_out = std::move(left_out_)};
}

}  // namespace tenon::fsops
