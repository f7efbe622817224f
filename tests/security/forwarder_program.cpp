// The part of `tenon` that runs inside a sandbox, alone.
#include <string>
#include <vector>

#include "sandbox/forwarder.h"

int main(int count, char** arguments) {
  const std::vector<std::string> all(arguments + 1, arguments + count);
  if (all.empty() || all.front() != tenon::sandbox::kForwarderCommand) return 2;
  return tenon::sandbox::forward_main({all.begin() + 1, all.end()});
}
