// Copies bytes between the connections of a listening socket and a TCP port of this network namespace, on one thread
// and in memory that is taken once.
#pragma once

#include <cstdint>

namespace tenon::sandbox {

// Relays until `end` can be read. `listener` accepts on a Unix socket; the target is 127.0.0.1:`port`.
void relay_until_readable(int listener, std::uint16_t port, int end);

}  // namespace tenon::sandbox
