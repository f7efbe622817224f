// Copies everything below one open directory into another, by several threads. For the inside of this room; what is
// kept and what is left out is said in clone.h.
#pragma once

#include "native/fsops/clone_method.h"
#include "native/fsops/transfer_meter.h"

namespace tenon::fsops {

// `target` is empty; it gets mode, owner and time of `source` at the end. `method` is not overlay.
void copy_tree(int source, int target, CloneMethod method, unsigned threads, TransferMeter& meter);

}  // namespace tenon::fsops
