// tenon fs extract, pack: archives in and out of a directory.
#pragma once

#include "cli/native_command.h"

namespace tenon::cli {

extern const NativeCommand kExtractCommand;
extern const NativeCommand kPackCommand;

}  // namespace tenon::cli
