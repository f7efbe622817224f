#include "events/wake_bus.h"

#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "events/nats_bus.h"
#include "events/nats_subject.h"

namespace tenon::events {

WakeBus::WakeBus(WakeBusOptions options)
    : core_(std::make_shared<BusCore>(std::move(options))), thread_([core = core_] { core->work(); }) {}

// A server that falls silent in the middle of a login keeps the library waiting, past its time-out, until it answers or
// TCP gives it up (seen in cnats 3.4.1). The thread owns what it works with and ends by itself then.
WakeBus::~WakeBus() {
  if (core_->stop()) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void WakeBus::announce(std::string_view channel) noexcept { core_->announce(channel); }

Listening WakeBus::listen(std::string_view pattern, OnWake on_wake) {
  if (!is_channel_pattern(pattern)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("\"{}\" is no pattern of channels", pattern));
  }
  auto listener = std::make_shared<Listener>(std::string(pattern), std::move(on_wake));
  core_->add(listener);
  return {core_, std::move(listener)};
}

WakeBusStatus WakeBus::status() const { return core_->status(); }

Listening::Listening(std::shared_ptr<BusCore> core, std::shared_ptr<Listener> listener)
    : core_(std::move(core)), listener_(std::move(listener)) {}

Listening::~Listening() { stop(); }

Listening& Listening::operator=(Listening&& other) noexcept {
  if (this == &other) return *this;
  stop();
  core_ = std::exchange(other.core_, nullptr);
  listener_ = std::exchange(other.listener_, nullptr);
  return *this;
}

// Waits for a call that is running.
void Listening::stop() {
  if (!listener_) return;
  core_->remove(listener_);
  listener_->on_wake.with([](OnWake& call) { call = nullptr; });
  listener_ = nullptr;
}

}  // namespace tenon::events
