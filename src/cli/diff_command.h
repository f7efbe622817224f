// `tenon diff A B`: what differs between two files or two directories.
#pragma once

#include "cli/native_command.h"

namespace tenon::cli {

extern const NativeCommand kDiffCommand;

}  // namespace tenon::cli
