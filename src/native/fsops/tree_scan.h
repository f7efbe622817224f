// Every name below an open directory with its status, by several threads. For the inside of this room; what is left out
// is said in clone.h.
#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

#include "native/fsops/transfer_meter.h"

namespace tenon::fsops {

struct ScannedName {
  std::string path;
  struct stat status{};
  std::string text;  // what a link says
};

// Files, directories and links, ordered by path; the first is the directory itself, with an empty path.
std::vector<ScannedName> scan_tree(int root, unsigned threads, TransferMeter& meter);

}  // namespace tenon::fsops
