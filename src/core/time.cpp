#include "core/time.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace tenon {

Timestamp now() { return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()); }

std::string to_rfc3339(Timestamp time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (time - seconds).count());
}

std::string human_duration(Milliseconds duration) {
  const auto count = duration.count();
  if (count < 1000) return fmt::format("{} ms", count);
  if (count < 60'000) return fmt::format("{:.1f} s", static_cast<double>(count) / 1000);
  return fmt::format("{} min {:02} s", count / 60'000, count % 60'000 / 1000);
}

}  // namespace tenon
