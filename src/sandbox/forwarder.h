// The small program that stands between a Unix socket of the host and an app in a sandbox without network:
//
//   tenon sandbox-forward --listen-fd 0 --to 127.0.0.1:8000 -- CMD...
//
// It runs inside the sandbox, inherits the listening socket, starts CMD without it, and relays connections. Half-closed
// connections stay half-closed; at most 128 are open at once, further ones wait in the socket's queue; memory is taken
// once, at the start. It ends with CMD's exit code (128 + signal). Everything it does is ready for hostile bytes on
// both sides.
#pragma once

#include <string>
#include <vector>

namespace tenon::sandbox {

inline constexpr const char* kForwarderCommand = "sandbox-forward";

// `arguments` are those after `sandbox-forward`. Returns the process's exit code; 126 when CMD cannot be started, 64 on
// wrong arguments. To be called before threads are started and before settings are read (the environment is the
// sandbox's).
int forward_main(const std::vector<std::string>& arguments);

}  // namespace tenon::sandbox
