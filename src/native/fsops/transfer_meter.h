// Counts what a transfer has done, tells it, and ends it when that is wished. For the inside of this room.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>

#include "native/fsops/transfer.h"

namespace tenon::fsops {

class TransferMeter {
 public:
  explicit TransferMeter(const TransferOptions& options) : options_(options) {}

  // Throws `cancelled` when the end is wished.
  void check() const;

  void add_file(std::uint64_t bytes);
  void add_directory() { ++directories_; }
  void add_link() { ++links_; }
  void leave_out(const std::string& path, std::string reason);

  // Tells the final numbers.
  TransferReport finish();

 private:
  void tell();

  static constexpr auto kInterval = std::chrono::milliseconds(50);

  const TransferOptions& options_;
  std::atomic<std::uint64_t> files_ = 0;
  std::atomic<std::uint64_t> directories_ = 0;
  std::atomic<std::uint64_t> links_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
  std::vector<Refusal> left_out_;
};

}  // namespace tenon::fsops
