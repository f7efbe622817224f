// tenon patch [DIR] < patch: applies a change to a directory, whatever form it was written in.
#pragma once

#include "cli/native_command.h"

namespace tenon::cli {

extern const NativeCommand kPatchCommand;

}  // namespace tenon::cli
