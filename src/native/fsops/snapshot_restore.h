// Builds the tree of a manifest in an empty directory. For the inside of this room.
#pragma once

#include "native/fsops/content_store.h"

namespace tenon::fsops {

// `method` is reflink, hardlink or copy.
void restore_tree(const Manifest& manifest, const ContentStore& store, int target, CloneMethod method, unsigned threads,
                  TransferMeter& meter);

}  // namespace tenon::fsops
