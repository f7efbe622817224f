// What steps did to the outside world, in a file that no crash of ours can take back: one line, one write, appended
// when a body begins. Read by verdict.py.
//
//   <run> <effect> <idempotency key> <attempt> <worker> <milliseconds since 1970>
//
// The effect is named by the workflow, the key by the engine: a receiver that drops repeated keys sees each effect once
// exactly when no effect ever comes under two keys. Thread safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "durable/context.h"

namespace tenon::chaos {

// The time since 1970, asked of the kernel itself: the library's clock is what a scenario shifts under a worker.
std::int64_t kernel_milliseconds();

class Witness final {
 public:
  Witness(const std::filesystem::path& file, std::string worker);
  ~Witness();
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;

  void saw(const RunId& run, std::string_view effect, const durable::StepInfo& info) const;

  const std::string& worker() const { return worker_; }

 private:
  std::string worker_;
  int file_ = -1;
};

}  // namespace tenon::chaos
