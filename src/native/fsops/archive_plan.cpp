#include "native/fsops/archive_plan.h"

#include <map>
#include <set>

#include <fmt/format.h>

#include "core/error.h"
#include "native/fsops/link_target.h"

namespace tenon::fsops {
namespace {

constexpr std::uint32_t kSetIds = 06000;
constexpr std::uint32_t kOwnerExecutes = 0100;

Error beyond(std::string_view what, std::uint64_t limit) {
  return Error(ErrorCode::quota_exceeded, fmt::format("the archive is beyond the limit of {} {}", limit, what),
               "Raise the limit if you trust the archive.");
}

// tar writes `./name`, `name/` for directories, and `./` for the place where it was made.
std::string_view bare(std::string_view name) {
  if (name.starts_with("./")) name.remove_prefix(2);
  if (name.ends_with('/')) name.remove_suffix(1);
  return name;
}

bool is_root(const ArchiveItem& item) {
  return item.kind == ItemKind::directory && (item.name == "." || item.name == "./" || item.name == "/.");
}

// Names of the archive that are taken, by what a case-insensitive file system would call them.
class TakenNames {
 public:
  // Why the name cannot be taken; nothing if it was.
  std::optional<std::string> take(const WorkspacePath& path, PlannedKind kind) {
    for (std::optional<WorkspacePath> above = path.parent(); above; above = above->parent()) {
      const auto found = names_.find(case_folded(above->text()));
      if (found == names_.end()) continue;
      if (found->second.text != above->text()) return differs(found->second.text);
      if (found->second.kind != PlannedKind::directory) return "what stands above it in the archive is no directory";
    }
    const std::string key = case_folded(path.text());
    if (const auto found = names_.find(key); found != names_.end()) {
      if (found->second.text != path.text()) return differs(found->second.text);
      const bool both = kind == PlannedKind::directory && found->second.kind == PlannedKind::directory;
      if (!both) return "it is in the archive twice";
    }
    for (std::optional<WorkspacePath> above = path.parent(); above; above = above->parent()) {
      names_.try_emplace(case_folded(above->text()), Name{above->text(), PlannedKind::directory});
    }
    names_.try_emplace(key, Name{path.text(), kind});
    return std::nullopt;
  }

  bool is(const std::string& path, PlannedKind kind) const {
    const auto found = names_.find(case_folded(path));
    return found != names_.end() && found->second.text == path && found->second.kind == kind;
  }

 private:
  struct Name {
    std::string text;
    PlannedKind kind = PlannedKind::directory;
  };

  static std::string differs(const std::string& other) {
    return fmt::format("it differs from \"{}\" only in case", other);
  }

  std::map<std::string, Name> names_;
};

class Planner {
 public:
  Planner(ArchiveReader& reader, const ExtractOptions& options, const TransferMeter& meter)
      : reader_(reader), options_(options), meter_(meter) {}

  ArchivePlan plan() {
    for (std::uint64_t number = 0; std::optional<ArchiveItem> item = reader_.next(); ++number) {
      meter_.check();
      if (number >= options_.limits.entries) throw beyond("entries", options_.limits.entries);
      if (is_root(*item)) continue;
      if (std::optional<std::string> reason = add(number, *item)) {
        plan_.bad.push_back({.path = printable(item->name), .reason = *std::move(reason)});
      }
    }
    refuse_links_over_links();
    return std::move(plan_);
  }

 private:
  // Why the item is refused. What it holds is counted in any case: it is unpacked to get to the next.
  std::optional<std::string> add(std::uint64_t number, const ArchiveItem& item) {
    const std::expected<std::uint64_t, std::string> size = measure(item);
    const std::expected<WorkspacePath, std::string> path = WorkspacePath::check(bare(item.name));
    if (!path) return path.error();
    if (!size) return fmt::format("its data are broken: {}", size.error());
    if (item.encrypted) return "it is encrypted";
    if ((item.mode & kSetIds) != 0) return "it would run as its owner (setuid or setgid)";
    PlannedEntry entry{.number = number,
                       .kind = PlannedKind::file,
                       .path = *path,
                       .mode = (item.mode & kOwnerExecutes) != 0 ? FileMode::executable : FileMode::regular,
                       .size = *size,
                       .modified = item.modified,
                       .text = {}};
    if (std::optional<std::string> reason = classify(item, entry)) return reason;
    if (std::optional<std::string> reason = taken_.take(entry.path, entry.kind)) return reason;
    plan_.entries.push_back(std::move(entry));
    return std::nullopt;
  }

  std::expected<std::uint64_t, std::string> measure(const ArchiveItem& item) {
    const ArchiveLimits& limits = options_.limits;
    if (item.size.value_or(0) > limits.file_bytes) throw beyond("bytes in one file", limits.file_bytes);
    std::uint64_t size = 0;
    for (;;) {
      const std::expected<std::size_t, std::string> got = reader_.read(buffer_);
      if (!got) return std::unexpected(got.error());
      if (*got == 0) return size;
      size += *got;
      total_ += *got;
      if (size > limits.file_bytes) throw beyond("bytes in one file", limits.file_bytes);
      if (total_ > limits.total_bytes) throw beyond("bytes", limits.total_bytes);
      if (total_ > ArchiveLimits::kRatioFrom && total_ / limits.ratio > reader_.packed_size()) {
        throw beyond("unpacked bytes for each packed one", limits.ratio);
      }
    }
  }

  std::optional<std::string> classify(const ArchiveItem& item, PlannedEntry& entry) const {
    switch (item.kind) {
      case ItemKind::file:
        return std::nullopt;
      case ItemKind::directory:
        entry.kind = PlannedKind::directory;
        return std::nullopt;
      case ItemKind::link:
        entry.kind = PlannedKind::link;
        entry.text = item.text;
        return fault_of_link(entry);
      case ItemKind::hard_link:
        entry.kind = PlannedKind::copy;
        entry.text = bare(item.text);
        if (options_.links == ArchiveLinks::refuse) return "it is a hard link";
        if (!taken_.is(entry.text, PlannedKind::file)) return "it is a hard link to no file of the archive";
        return std::nullopt;
      case ItemKind::other:
        break;
    }
    return "it is no file, directory or link";
  }

  std::optional<std::string> fault_of_link(const PlannedEntry& entry) const {
    if (options_.links == ArchiveLinks::refuse) return "it is a symbolic link";
    if (!link_target(entry.path, entry.text)) return "it is a symbolic link to outside";
    return std::nullopt;
  }

  // A link that is harmless by its text leads elsewhere when a directory on its way is a link itself.
  void refuse_links_over_links() {
    std::vector<PlannedEntry> kept;
    for (PlannedEntry& entry : plan_.entries) {
      if (entry.kind == PlannedKind::link && goes_over_link(entry)) {
        plan_.bad.push_back({.path = printable(entry.path.text()), .reason = "it is a symbolic link over another one"});
      } else {
        kept.push_back(std::move(entry));
      }
    }
    plan_.entries = std::move(kept);
  }

  bool goes_over_link(const PlannedEntry& entry) const {
    for (const std::string& step : steps_of_link(entry.path, entry.text)) {
      if (taken_.is(step, PlannedKind::link)) return true;
    }
    return false;
  }

  ArchiveReader& reader_;
  const ExtractOptions& options_;
  const TransferMeter& meter_;
  std::vector<char> buffer_ = std::vector<char>(1U << 16U);
  std::uint64_t total_ = 0;
  TakenNames taken_;
  ArchivePlan plan_;
};

}  // namespace

ArchivePlan plan_archive(ArchiveReader& reader, const ExtractOptions& options, const TransferMeter& meter) {
  return Planner(reader, options, meter).plan();
}

}  // namespace tenon::fsops
