// What an archive would do, before it does it: every entry read once and held against the rules of archive.h. For the
// inside of this room and its fuzzer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "native/fsops/archive.h"
#include "native/fsops/archive_reader.h"
#include "native/fsops/transfer_meter.h"

namespace tenon::fsops {

enum class PlannedKind { file, directory, link, copy };

struct PlannedEntry {
  std::uint64_t number = 0;  // of the item in the archive
  PlannedKind kind = PlannedKind::file;
  WorkspacePath path;
  FileMode mode = FileMode::regular;
  std::uint64_t size = 0;
  std::optional<timespec> modified;
  std::string text;  // link: what it says; copy: the path of the file
};

struct ArchivePlan {
  std::vector<PlannedEntry> entries;  // in the order of the archive
  std::vector<Refusal> bad;
};

// Throws quota_exceeded and what the reader throws.
ArchivePlan plan_archive(ArchiveReader& reader, const ExtractOptions& options, const TransferMeter& meter);

}  // namespace tenon::fsops
