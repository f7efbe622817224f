// The NATS client library calls back on threads of its own, and may do so once more after the connection or
// subscription was destroyed (nats.h, natsSubscription_SetOnCompleteCB). So what it is given as closure is a number,
// not a pointer: a number that is no longer registered is ignored.
#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <string_view>

namespace tenon::events {

class NatsCallback final {
 public:
  using Function = std::function<void(std::string_view text)>;

  // `function` must not throw; it may still be running when the object is gone.
  explicit NatsCallback(Function function);
  ~NatsCallback();
  NatsCallback(const NatsCallback&) = delete;
  NatsCallback& operator=(const NatsCallback&) = delete;

  void* closure() const { return std::bit_cast<void*>(number_); }
  static void call(void* closure, std::string_view text) noexcept;

 private:
  std::uintptr_t number_;
};

}  // namespace tenon::events
