// The part of `tenon` that runs inside a sandbox, alone.
#include <string>
#include <vector>

#include "sandbox/forwarder.h"

// Looking for leaks needs ptrace, which the sandbox refuses; only a sanitizer build asks this.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

int main(int count, char** arguments) {
  const std::vector<std::string> all(arguments + 1, arguments + count);
  if (all.empty() || all.front() != tenon::sandbox::kForwarderCommand) return 2;
  return tenon::sandbox::forward_main({all.begin() + 1, all.end()});
}
