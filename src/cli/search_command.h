// `tenon search PATTERN [PATH…]`: lines that match, in ripgrep's words and forms; and `tenon index`, which makes that
// fast in large trees.
#pragma once

#include "cli/native_command.h"

namespace tenon::cli {

extern const NativeCommand kSearchCommand;
extern const NativeCommand kIndexCommand;

}  // namespace tenon::cli
