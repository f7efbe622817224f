// Contents and metadata of one file, from descriptor to descriptor. For the inside of this room.
#pragma once

#include <sys/stat.h>

#include <expected>

#include "native/fsops/clone_method.h"
#include "native/fsops/transfer_meter.h"

namespace tenon::fsops {

// All bytes of `source` into `target`, which is empty: shared blocks if `method` is reflink and the file system can,
// else copied by the kernel, holes kept. The error number otherwise; throws `cancelled`.
std::expected<void, int> copy_contents(int source, int target, CloneMethod method, const TransferMeter& meter);

// Owner (when root and it differs), mode and modification time, in the order in which they do not undo each other.
std::expected<void, int> copy_metadata(int target, const struct stat& status);

// The same for a symbolic link, which has no mode.
std::expected<void, int> copy_link_metadata(int directory, const std::string& name, const struct stat& status);

// False for files that the kernel makes up when they are read, as in /proc and /sys: they hold more or fewer bytes than
// their size says, and who copies by size gets something else. `status` is that of `file`.
bool has_its_size(int file, const struct stat& status);
inline constexpr const char* kWithoutItsSize = "its size is not that of its content";

// True if two states of a file say that it was written in between.
bool was_written(const struct stat& before, const struct stat& after);

}  // namespace tenon::fsops
