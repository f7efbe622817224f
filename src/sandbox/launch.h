// One sandbox as it is asked for inside this room: a command, and how it is watched.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "sandbox/command.h"

namespace tenon::sandbox {

enum class TimeLimits { apply, ignore };

struct Launch {
  Command command;
  SandboxId id;
  int standard_input = -1;             // -1: command.input
  std::vector<std::string> temporary;  // directories that go with the sandbox
  TimeLimits time_limits = TimeLimits::apply;
  std::function<void()> on_start;                   // the command begins; may be empty
  std::function<void(std::string_view)> on_output;  // both streams as they are read; may be empty
};

}  // namespace tenon::sandbox
