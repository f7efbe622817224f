// What stat, search and opening cost on this machine and tree, measured on a sample of the documents.
#pragma once

#include "native/index/tree/index_store.h"

namespace tenon::index {

// `root` is open. At most a few milliseconds.
Calibration calibrate(int root, const IndexStore& store, const PathListView& documents);

}  // namespace tenon::index
