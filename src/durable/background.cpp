#include "durable/background.h"

namespace tenon::durable {

void Background::start(io::Runtime& runtime, Task<void> task, const char* name) {
  state_->running = true;
  runtime.spawn(until_ended(state_, std::move(task)), name);
}

void Background::join() {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [this] { return !state_->running; });
}

Task<void> Background::until_ended(std::shared_ptr<State> state, Task<void> task) {
  struct Ending {
    std::shared_ptr<State> state;
    ~Ending() {
      const std::scoped_lock lock(state->mutex);
      state->running = false;
      state->changed.notify_all();
    }
  };
  const Ending ending{std::move(state)};
  co_await std::move(task);
}

}  // namespace tenon::durable
