// Points in time: milliseconds since 1970-01-01 UTC, as stored in every table; RFC 3339 where a person or JSON sees
// them.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace tenon {

using Milliseconds = std::chrono::milliseconds;
using Timestamp = std::chrono::sys_time<Milliseconds>;

// Handed in wherever time decides something, so that a test can set it.
using Clock = std::function<Timestamp()>;

Timestamp now();

// "2026-01-31T12:00:00.123Z"
std::string to_rfc3339(Timestamp time);

// "850 ms", "12.3 s", "4 min 05 s"
std::string human_duration(Milliseconds duration);

}  // namespace tenon
