// tenon fs clone, discard, snapshot, snapshots, restore, forget: directory trees as a whole.
#pragma once

#include "cli/native_command.h"

namespace tenon::cli {

extern const NativeCommand kCloneCommand;
extern const NativeCommand kDiscardCommand;
extern const NativeCommand kSnapshotCommand;
extern const NativeCommand kSnapshotsCommand;
extern const NativeCommand kRestoreCommand;
extern const NativeCommand kForgetCommand;

}  // namespace tenon::cli
