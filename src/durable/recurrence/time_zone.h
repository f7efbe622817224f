// An IANA time zone: what a clock on the wall there shows at an instant, and back. The rules come from the system's
// tzdata, read once per process.
//
// Limit: the zone library reads the changes that tzdata lists one by one, which go to the end of 2037; later times have
// the offset of the zone's last listed change, without daylight saving time.
//
// Thread safety: immutable, usable from many threads.
#pragma once

#include <chrono>
#include <string>

namespace date {
class time_zone;
}

namespace tenon::durable {

class TimeZone final {
 public:
  // A stretch of time [begin, end) with one offset from UTC.
  struct Span {
    std::chrono::sys_seconds begin;
    std::chrono::sys_seconds end;
    std::chrono::seconds offset;
  };

  // Throws invalid_argument with the closest name there is.
  explicit TimeZone(const std::string& name);

  Span span_at(std::chrono::sys_seconds time) const;

  std::chrono::local_seconds wall(std::chrono::sys_seconds time) const;

  // RFC 5545 §3.3.5: a wall time that is skipped has the offset before the gap, one that happens twice is the first.
  std::chrono::sys_seconds instant(std::chrono::local_seconds wall) const;

 private:
  const date::time_zone* zone_;  // lives as long as the process
};

}  // namespace tenon::durable
