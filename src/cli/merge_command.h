// tenon merge: three-way merge of files or directory trees.
#pragma once

#include "cli/native_command.h"

namespace tenon::cli {

extern const NativeCommand kMergeCommand;

}  // namespace tenon::cli
