#include "core/ids.h"

#include <sys/random.h>

#include <array>
#include <chrono>
#include <cstdint>

#include "core/error.h"

namespace tenon {

std::string new_ulid() {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  auto milliseconds = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());

  std::array<std::uint8_t, 16> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    throw Error(ErrorCode::internal, "the kernel gave no random bytes");
  }

  std::string text(26, '0');
  for (std::size_t position = 10; position-- > 0; milliseconds >>= 5) text[position] = kAlphabet[milliseconds & 31U];
  for (std::size_t i = 0; i < 16; ++i) text[10 + i] = kAlphabet[random[i] & 31U];
  return text;
}

}  // namespace tenon
