// Overlays as clones. The layers of the clone `place/name` stand beside it, in `place/.tenon-overlay-name`: `upper`
// holds what the clone changed, `work` belongs to the kernel. Works for root and inside a user namespace that has a
// mount namespace of its own. For the inside of this room.
#pragma once

#include <filesystem>

namespace tenon::fsops {

// Whether an overlay of `source` can be made with its layers in `place`; none stays.
bool overlay_works(const std::filesystem::path& source, const std::filesystem::path& place);

// `target` does not exist or is an empty directory (conflict). unsupported: the kernel, its file system or missing
// rights; the message says what it answered. Layers of a clone whose mount is gone (a reboot): conflict if they hold
// changes.
void mount_overlay(const std::filesystem::path& source, const std::filesystem::path& target);

// Whether `target` is a clone of this kind, mounted or not.
bool is_overlay_clone(const std::filesystem::path& target);

// Unmounts it and removes its layers and itself. busy: somebody works in it.
void remove_overlay(const std::filesystem::path& target);

}  // namespace tenon::fsops
