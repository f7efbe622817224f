#include "core/ids.h"

#include <sys/random.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <span>

#include "core/error.h"

namespace tenon {
namespace {

// Random bytes, fetched from the kernel many at a time.
class Entropy {
 public:
  void fill(std::span<std::uint8_t> bytes) {
    for (std::uint8_t& byte : bytes) {
      if (used_ == buffer_.size()) refill();
      byte = buffer_[used_++];
    }
  }

 private:
  void refill() {
    if (::getrandom(buffer_.data(), buffer_.size(), 0) != static_cast<ssize_t>(buffer_.size())) {
      throw Error(ErrorCode::internal, "the kernel gave no random bytes");
    }
    used_ = 0;
  }

  std::array<std::uint8_t, 256> buffer_{};  // getrandom(2) gives so many without interruption
  std::size_t used_ = buffer_.size();
};

// 80 bits, as 16 digits of 5.
using Tail = std::array<std::uint8_t, 16>;

struct Generator {
  std::mutex mutex;
  Entropy entropy;
  std::uint64_t milliseconds = 0;
  Tail tail{};

  void renew(std::uint64_t now) {
    milliseconds = now;
    entropy.fill(tail);
    for (std::uint8_t& digit : tail) digit &= 31U;
    tail[0] &= 15U;  // room to count up
  }

  // A random step of up to 40 bits, so that an id does not tell its successor.
  void advance() {
    std::array<std::uint8_t, 8> step{};
    entropy.fill(step);
    unsigned carry = 1;
    for (std::size_t i = tail.size(); i-- > 0;) {
      const std::size_t from_end = tail.size() - 1 - i;
      const unsigned sum = tail[i] + carry + (from_end < step.size() ? step[from_end] & 31U : 0U);
      tail[i] = sum & 31U;
      carry = sum >> 5U;
    }
  }
};

}  // namespace

// Those of one process ascend, also within a millisecond (the "monotonic" ULIDs of github.com/ulid/spec): tables keyed
// by them grow at their end.
std::string new_ulid() {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  static Generator generator;
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const auto now = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());

  std::string text(26, '0');
  const std::scoped_lock lock(generator.mutex);
  if (now > generator.milliseconds) {
    generator.renew(now);
  } else {
    generator.advance();
  }
  std::uint64_t rest = generator.milliseconds;
  for (std::size_t position = 10; position-- > 0; rest >>= 5U) text[position] = kAlphabet[rest & 31U];
  for (std::size_t i = 0; i < generator.tail.size(); ++i) text[10 + i] = kAlphabet[generator.tail[i]];
  return text;
}

}  // namespace tenon
