// A coroutine that runs beside the others until the engine stops, and that a thread can wait for.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "core/task.h"
#include "io/runtime.h"

namespace tenon::durable {

class Background final {
 public:
  Background() = default;
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // Once. `name` is for the log.
  void start(io::Runtime& runtime, Task<void> task, const char* name);

  // Returns when the task has ended; at once if there is none. Not from a thread of the event loop.
  void join();

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    bool running = false;
  };
  static Task<void> until_ended(std::shared_ptr<State> state, Task<void> task);

  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace tenon::durable
