// A moment as a person names it on the command line.
#pragma once

#include <string>
#include <string_view>

#include "core/time.h"

namespace tenon::cli {

// "90s", "30m", "2h", "3d", "1w": that long before `now`. "2026-01-31": its first instant in UTC. Else RFC 3339
// ("2026-01-31T12:00:00Z", "…T14:00:00.5+02:00"); a fraction finer than a millisecond is cut. Throws invalid_argument
// that names `option` and what is understood.
Timestamp moment_from(std::string_view text, Timestamp now, std::string_view option);

// How long ago or how long, in one unit: "0 s", "42 s", "3 min", "5 h", "12 d".
std::string rough_duration(Milliseconds duration);

}  // namespace tenon::cli
