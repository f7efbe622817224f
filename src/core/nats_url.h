// Where the NATS servers are: "nats://[user:password@|token@]host[:port]", or "tls://…"; several addresses of one
// cluster are separated by commas. An address in brackets is IPv6.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tenon {

// The single addresses. Throws invalid_argument, without showing credentials, when the text is none; there is at least
// one.
std::vector<std::string> nats_servers(std::string_view url);

// For logs and `tenon config`: what stands before the '@' of each address is replaced. Any text may be given.
std::string without_credentials(std::string_view url);

}  // namespace tenon
