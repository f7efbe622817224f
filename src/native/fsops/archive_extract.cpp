#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "core/error.h"
#include "core/log.h"
#include "native/fsops/archive_plan.h"
#include "native/fsops/beneath.h"
#include "native/fsops/link_target.h"

namespace tenon::fsops {
namespace {

json::object details_of(const std::vector<Refusal>& bad) {
  json::array entries;
  for (const Refusal& refusal : bad)
    entries.push_back(json::object{{"path", refusal.path}, {"reason", refusal.reason}});
  return {{"entries", std::move(entries)}};
}

Error bad_entries(const std::vector<Refusal>& bad) {
  return Error(ErrorCode::permission_denied,
               fmt::format("the archive has {} refused; the first is \"{}\": {}",
                           bad.size() == 1 ? "1 entry that is" : fmt::format("{} entries that are", bad.size()),
                           bad.front().path, bad.front().reason),
               "Nothing was extracted. Leave bad entries out if you want the others.", details_of(bad));
}

class Extraction {
 public:
  Extraction(const Workspace& into, const ExtractOptions& options, TransferMeter& meter)
      : into_(into), options_(options), meter_(meter) {}

  void check_places(const ArchivePlan& plan) const {
    for (const PlannedEntry& entry : plan.entries) {
      if (entry.kind == PlannedKind::link) check_way(entry);
      const std::optional<Entry> present = into_.find(entry.path);
      if (!present || (entry.kind == PlannedKind::directory && present->kind == EntryKind::directory)) continue;
      const bool replaceable = options_.existing == Existing::replace && entry.kind != PlannedKind::directory &&
                               present->kind == EntryKind::file;
      if (replaceable) continue;
      throw Error(ErrorCode::conflict, fmt::format("\"{}\" is in the workspace already", entry.path.text()),
                  "Extract to an empty directory, or ask for files to be replaced.");
    }
  }

  // Links come last: nothing can be written over them.
  void perform(ArchiveReader& reader, const ArchivePlan& plan) {
    try {
      write_files(reader, plan);
      for (const PlannedEntry& entry : plan.entries) {
        meter_.check();
        if (entry.kind == PlannedKind::copy) copy_file(entry);
        if (entry.kind == PlannedKind::link) make_link(entry);
      }
    } catch (...) {
      undo();
      throw;
    }
  }

 private:
  // A link that leads over one of the workspace leads where that one does.
  void check_way(const PlannedEntry& entry) const {
    for (const std::string& step : steps_of_link(entry.path, entry.text)) {
      const std::expected<WorkspacePath, std::string> path = WorkspacePath::check(step);
      const std::optional<Entry> present = path ? into_.find(*path) : std::nullopt;
      if (!present || present->kind != EntryKind::link) continue;
      throw Error(ErrorCode::permission_denied,
                  fmt::format("the link \"{}\" of the archive leads over the link \"{}\"", entry.path.text(), step));
    }
  }

  void write_files(ArchiveReader& reader, const ArchivePlan& plan) {
    auto entry = plan.entries.begin();
    for (std::uint64_t number = 0; entry != plan.entries.end(); ++number) {
      meter_.check();
      const std::optional<ArchiveItem> item = reader.next();
      if (!item) throw changed();
      if (number != entry->number) continue;
      if (entry->kind == PlannedKind::file) write_file(reader, *item, *entry);
      if (entry->kind == PlannedKind::directory) {
        into_.make_directories(entry->path);
        meter_.add_directory();
      }
      ++entry;
    }
  }

  void write_file(ArchiveReader& reader, const ArchiveItem& item, const PlannedEntry& entry) {
    std::string bytes(entry.size, '\0');
    std::size_t size = 0;
    while (size < bytes.size()) {
      const std::expected<std::size_t, std::string> got = reader.read(std::span(bytes).subspan(size));
      if (!got || *got == 0) throw changed();
      size += *got;
    }
    if (!item.name.ends_with(entry.path.text()) && !item.name.ends_with(entry.path.text() + "/")) throw changed();
    put(entry, bytes);
  }

  void copy_file(const PlannedEntry& entry) {
    put(entry, into_.read(WorkspacePath::parse(entry.text), options_.limits.file_bytes));
  }

  void put(const PlannedEntry& entry, std::string_view bytes) {
    const bool is_new = !into_.find(entry.path);
    into_.write(entry.path, bytes, entry.mode);
    if (is_new) made_.push_back(entry.path);
    if (options_.times == ArchiveTimes::kept && entry.modified) {
      const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, *entry.modified};
      const FileDescriptor file = into_.open_file(entry.path);
      if (::futimens(file.number(), times) != 0) throw path_error("set the time of", entry.path.text(), errno);
    }
    meter_.add_file(bytes.size());
  }

  void make_link(const PlannedEntry& entry) {
    const std::optional<WorkspacePath> parent = entry.path.parent();
    if (parent) into_.make_directories(*parent);
    if (into_.find(entry.path)) into_.remove(entry.path);
    if (parent) into_.make_directories(*parent);
    const FileDescriptor directory = parent ? into_.open_directory(*parent) : FileDescriptor();
    const int place = parent ? directory.number() : into_.descriptor();
    if (::symlinkat(entry.text.c_str(), place, std::string(entry.path.name()).c_str()) != 0) {
      throw path_error("make the link", entry.path.text(), errno);
    }
    made_.push_back(entry.path);
    meter_.add_link();
  }

  void undo() noexcept {
    for (const WorkspacePath& path : made_) {
      try {
        into_.remove(path);
      } catch (const Error& error) {
        // The extraction fails for a reason of its own, which is the one to tell.
        log::warning("archive.remains", {{"path", path.text()}, {"reason", error.what()}});
      }
    }
  }

  static Error changed() { return Error(ErrorCode::conflict, "the archive changed while it was read", "Try again."); }

  const Workspace& into_;
  const ExtractOptions& options_;
  TransferMeter& meter_;
  std::vector<WorkspacePath> made_;
};

}  // namespace

TransferReport extract_archive(const std::filesystem::path& archive, const Workspace& into,
                               const ExtractOptions& options) {
  TransferMeter meter(options.transfer);
  ArchiveReader first = ArchiveReader::open(archive);
  const ArchivePlan plan = plan_archive(first, options, meter);
  if (!plan.bad.empty() && options.bad_entries == BadEntries::refuse_archive) throw bad_entries(plan.bad);
  Extraction extraction(into, options, meter);
  extraction.check_places(plan);
  ArchiveReader second = ArchiveReader::open(archive);
  extraction.perform(second, plan);
  TransferReport report = meter.finish();
  for (const Refusal& refusal : plan.bad) report.left_out.push_back(refusal);
  std::ranges::sort(report.left_out, {}, &Refusal::path);
  return report;
}

}  // namespace tenon::fsops
