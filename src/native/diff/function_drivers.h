// The table of languages behind FunctionLines. For the inside of this room.
#pragma once

#include <string_view>
#include <vector>

#include "native/diff/function_lines.h"

namespace tenon::diff {

// No rules for a name that no driver has.
std::vector<FunctionRule> rules_of_driver(std::string_view name);

// By the ending or the whole name of a file; empty if no driver is for it.
std::string_view driver_of_file(std::string_view path);

// For tests: all of them.
std::vector<std::string_view> driver_names();

}  // namespace tenon::diff
