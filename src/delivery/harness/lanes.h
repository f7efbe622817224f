// The same work by several coroutines at a time, on one strand: they share state without locks and take turns only
// where they wait.
#pragma once

#include <functional>

#include "core/task.h"

namespace tenon::delivery {

// Starts `lane` so many times and waits until all have ended. What the first of them throws cancels the others and is
// thrown.
Task<void> in_lanes(std::uint32_t count, std::function<Task<void>()> lane);

}  // namespace tenon::delivery
