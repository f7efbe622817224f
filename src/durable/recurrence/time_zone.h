// An IANA time zone: what a clock on the wall there shows at an instant, and back. The rules come from the system's
// tzdata (or from $TZDIR), read once per process and zone; after the last change that it lists, the rule at the end of
// the zone's file goes on (RFC 8536 §3.3).
//
// Thread safety: immutable, usable from many threads.
#pragma once

#include <chrono>
#include <string>

#include <absl/time/time.h>

namespace tenon::durable {

class TimeZone final {
 public:
  // A stretch of time with one offset from UTC.
  struct Span {
    std::chrono::sys_seconds end;  // the first second after it
    std::chrono::seconds offset;
  };

  // Throws invalid_argument with the closest name there is.
  explicit TimeZone(const std::string& name);

  Span span_at(std::chrono::sys_seconds time) const;

  std::chrono::local_seconds wall(std::chrono::sys_seconds time) const;

  // RFC 5545 §3.3.5: a wall time that is skipped has the offset before the gap, one that happens twice is the first.
  std::chrono::sys_seconds instant(std::chrono::local_seconds wall) const;

 private:
  absl::TimeZone zone_;
  std::chrono::sys_seconds last_change_;  // that the library lists
};

}  // namespace tenon::durable
