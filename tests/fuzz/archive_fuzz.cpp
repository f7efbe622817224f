// Any bytes as an archive: they are planned within the limits or refused by an error of ours, and what is planned can
// be made: names are taken once, nothing stands below a file, links lead to places inside.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "core/error.h"
#include "native/fsops/archive_plan.h"
#include "native/fsops/link_target.h"

namespace {

using tenon::Error;
using tenon::ErrorCode;
using namespace tenon::fsops;

constexpr ArchiveLimits kLimits{.entries = 1000, .file_bytes = 1 << 20, .total_bytes = 4 << 20, .ratio = 200};

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const ArchivePlan& plan) {
  std::map<std::string, PlannedKind> kinds;
  std::uint64_t total = 0;
  for (const PlannedEntry& entry : plan.entries) {
    const auto [found, is_new] = kinds.try_emplace(case_folded(entry.path.text()), entry.kind);
    require(is_new || (found->second == PlannedKind::directory && entry.kind == PlannedKind::directory));
    require(entry.size <= kLimits.file_bytes);
    total += entry.size;
    if (entry.kind == PlannedKind::link) require(link_target(entry.path, entry.text).has_value());
    if (entry.kind == PlannedKind::copy) require(kinds.contains(case_folded(entry.text)));
  }
  require(total <= kLimits.total_bytes);
  for (const PlannedEntry& entry : plan.entries) {
    for (auto above = entry.path.parent(); above; above = above->parent()) {
      const auto found = kinds.find(case_folded(above->text()));
      require(found == kinds.end() || found->second == PlannedKind::directory);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  ExtractOptions options;
  options.links = (data[0] & 1U) != 0 ? ArchiveLinks::keep_harmless : ArchiveLinks::refuse;
  options.limits = kLimits;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const TransferMeter meter(options.transfer);
  try {
    ArchiveReader reader = ArchiveReader::of_bytes(bytes);
    check(plan_archive(reader, options, meter));
  } catch (const Error& error) {
    require(error.code() == ErrorCode::invalid_argument || error.code() == ErrorCode::quota_exceeded);
  }
  return 0;
}
