// What every operation on a whole tree takes and tells: threads, progress, the wish to stop, and what was left out.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "native/fsops/workspace.h"

namespace tenon::fsops {

struct TransferProgress {
  std::uint64_t files = 0;  // done so far
  std::uint64_t bytes = 0;
};

struct TransferOptions {
  unsigned threads = 1;
  // Called by whichever thread finished something, never by two at a time; must not throw.
  std::function<void(const TransferProgress&)> progress;
  // Requested: the operation ends with `cancelled` and leaves nothing behind.
  std::stop_token stop;
};

struct TransferReport {
  std::uint64_t files = 0;  // regular files, each name of a hard link too
  std::uint64_t directories = 0;
  std::uint64_t links = 0;        // symbolic
  std::uint64_t bytes = 0;        // of regular files, holes too
  std::vector<Refusal> left_out;  // ordered by path: special files, and what could not be read
};

enum class Existing { refuse, replace };  // what to do with what is already in the place of something new

}  // namespace tenon::fsops
