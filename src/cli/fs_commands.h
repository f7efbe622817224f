// `tenon fs`: what is done to trees of files.
#pragma once

#include "cli/native_command.h"

namespace tenon::cli {

extern const NativeCommand kFsWalkCommand;
extern const NativeCommand kFsHashCommand;

}  // namespace tenon::cli
