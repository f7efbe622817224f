#include "cli/merge_report.h"

#include <fmt/format.h>

#include "cli/byte_text.h"
#include "core/json.h"
#include "native/diff/lines.h"

namespace tenon::cli {
namespace {

struct VersionReport {
  std::uint32_t first_line = 0;
  std::uint32_t lines = 0;
  std::optional<std::string> text;
};
BOOST_DESCRIBE_STRUCT(VersionReport, (), (first_line, lines, text))

struct FileConflictReport {
  std::uint32_t first_line = 0;
  std::uint32_t lines = 0;
  VersionReport base;
  VersionReport ours;
  VersionReport theirs;
};
BOOST_DESCRIBE_STRUCT(FileConflictReport, (), (first_line, lines, base, ours, theirs))

struct FileMergeReport {
  bool clean = true;
  diff::FileKind kind = diff::FileKind::text;
  std::optional<std::string> text;
  std::vector<FileConflictReport> conflicts;
};
BOOST_DESCRIBE_STRUCT(FileMergeReport, (), (clean, kind, text, conflicts))

struct RegionReport {
  std::uint32_t first_line = 0;
  std::uint32_t lines = 0;
};
BOOST_DESCRIBE_STRUCT(RegionReport, (), (first_line, lines))

struct PathReport {
  std::string path;
  std::string type;
};
BOOST_DESCRIBE_STRUCT(PathReport, (), (path, type))

struct TreeConflictReport {
  diff::ConflictKind kind = diff::ConflictKind::content;
  std::string path;
  std::optional<PathReport> base;
  std::optional<PathReport> ours;
  std::optional<PathReport> theirs;
  diff::FileKind file_kind = diff::FileKind::text;
  std::vector<RegionReport> regions;
};
BOOST_DESCRIBE_STRUCT(TreeConflictReport, (), (kind, path, base, ours, theirs, file_kind, regions))

enum class ChangeAction { added, changed, removed };
BOOST_DESCRIBE_ENUM(ChangeAction, added, changed, removed)

struct ChangeReport {
  ChangeAction action = ChangeAction::changed;
  std::string path;
};
BOOST_DESCRIBE_STRUCT(ChangeReport, (), (action, path))

struct LeftOutReport {
  std::string path;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(LeftOutReport, (), (path, reason))

struct TreeMergeReport {
  bool clean = true;
  std::optional<std::string> written;
  std::vector<ChangeReport> changes;
  std::vector<std::string> merged;
  std::vector<TreeConflictReport> conflicts;
  std::vector<std::vector<std::string>> case_collisions;
  std::vector<LeftOutReport> left_out;
};
BOOST_DESCRIBE_STRUCT(TreeMergeReport, (), (clean, written, changes, merged, conflicts, case_collisions, left_out))

VersionReport version_report(std::string_view text, diff::LineRange range) {
  return {.first_line = range.begin + 1, .lines = range.size(), .text = text_of(diff::Lines(text).of(range))};
}

std::string_view name_of(diff::FileType type) {
  if (type == diff::FileType::link) return "link";
  return type == diff::FileType::executable ? "executable" : "file";
}

std::optional<PathReport> path_report(const std::optional<diff::ConflictVersion>& version) {
  if (!version) return std::nullopt;
  return PathReport{.path = version->path, .type = std::string(name_of(version->type))};
}

TreeConflictReport conflict_report(const diff::TreeConflict& conflict) {
  TreeConflictReport report{.kind = conflict.kind,
                            .path = conflict.path,
                            .base = path_report(conflict.base),
                            .ours = path_report(conflict.ours),
                            .theirs = path_report(conflict.theirs),
                            .file_kind = conflict.file_kind,
                            .regions = {}};
  for (const diff::FileConflict& region : conflict.regions) {
    report.regions.push_back({.first_line = region.marked.begin + 1, .lines = region.marked.size()});
  }
  return report;
}

ChangeAction action_of(const diff::FileChange& change) {
  if (!change.before) return ChangeAction::added;
  return change.after ? ChangeAction::changed : ChangeAction::removed;
}

std::string places(std::size_t count) { return count == 1 ? "1 place" : fmt::format("{} places", count); }

std::string path_on(const std::optional<diff::ConflictVersion>& version) {
  return version ? printable(version->path) : "";
}

std::string content_sentence(const diff::TreeConflict& conflict) {
  if (conflict.file_kind == diff::FileKind::binary) return "both sides changed it, and it is binary; ours is kept";
  if (conflict.file_kind == diff::FileKind::too_large)
    return "both sides changed it, and it is too large; ours is kept";
  return fmt::format("both sides changed the same lines, in {}", places(conflict.regions.size()));
}

std::string sentence(const diff::TreeConflict& conflict) {
  const bool ours_has = conflict.ours.has_value();
  switch (conflict.kind) {
    case diff::ConflictKind::content:
      return content_sentence(conflict);
    case diff::ConflictKind::add_add:
      return "both sides brought a different file here";
    case diff::ConflictKind::mode:
      return "one side made it executable, the other not";
    case diff::ConflictKind::link:
      return "both sides changed where the link leads; ours is kept";
    case diff::ConflictKind::type:
      return "one side has a file, the other a link; the file stands beside it";
    case diff::ConflictKind::modify_delete:
      return fmt::format("{} changed it, {} removed it; it is kept", ours_has ? "ours" : "theirs",
                         ours_has ? "theirs" : "ours");
    case diff::ConflictKind::rename_delete:
      return fmt::format("{} renamed it from {}, {} removed it; it is kept", ours_has ? "ours" : "theirs",
                         path_on(conflict.base), ours_has ? "theirs" : "ours");
    case diff::ConflictKind::rename_rename:
      return fmt::format("ours renamed it to {}, theirs to {}", path_on(conflict.ours), path_on(conflict.theirs));
    case diff::ConflictKind::directory_file:
      return "the other side has a directory where this file was";
  }
  return "";
}

}  // namespace

std::string file_merge_json(const diff::FileMerge& merge, const diff::FileVersions& versions) {
  FileMergeReport report{.clean = merge.clean, .kind = merge.kind, .text = text_of(merge.text), .conflicts = {}};
  for (const diff::FileConflict& conflict : merge.conflicts) {
    report.conflicts.push_back({.first_line = conflict.marked.begin + 1,
                                .lines = conflict.marked.size(),
                                .base = version_report(versions.base, conflict.base),
                                .ours = version_report(versions.ours, conflict.ours),
                                .theirs = version_report(versions.theirs, conflict.theirs)});
  }
  return json::serialize(to_json(report)) + "\n";
}

std::string file_merge_text(const diff::FileMerge& merge) {
  if (merge.kind == diff::FileKind::binary) return "both sides changed the file, and it is binary: ours is kept";
  if (merge.kind == diff::FileKind::too_large) return "both sides changed the file, and it is too large: ours is kept";
  return fmt::format("both sides changed the same lines, in {}", places(merge.conflicts.size()));
}

std::string tree_merge_json(const diff::TreeMerge& merge, const std::string& written) {
  TreeMergeReport report{.clean = merge.clean()};
  if (!written.empty()) report.written = written;
  for (const diff::FileChange& change : merge.changes.changes) {
    report.changes.push_back({.action = action_of(change), .path = change.path});
  }
  for (const diff::MergedFile& file : merge.merged) report.merged.push_back(file.path);
  for (const diff::TreeConflict& conflict : merge.conflicts) report.conflicts.push_back(conflict_report(conflict));
  report.case_collisions = merge.case_collisions;
  for (const fsops::Refusal& refusal : merge.left_out) {
    report.left_out.push_back({.path = refusal.path, .reason = refusal.reason});
  }
  return json::serialize(to_json(report)) + "\n";
}

std::string tree_merge_text(const diff::TreeMerge& merge, const Terminal& terminal) {
  std::string text;
  for (const diff::FileChange& change : merge.changes.changes) {
    const ChangeAction action = action_of(change);
    text += fmt::format("{:<8}  {}\n", boost::describe::enum_to_string(action, ""), printable(change.path));
  }
  for (const diff::TreeConflict& conflict : merge.conflicts) {
    text += fmt::format("{}  {}: {}\n", terminal.styled(Style::bad, "conflict"), printable(conflict.path),
                        sentence(conflict));
  }
  for (const std::vector<std::string>& group : merge.case_collisions) {
    text += fmt::format("{}  these are one file where case does not count: {}\n",
                        terminal.styled(Style::note, "names   "), printable(fmt::format("{}", fmt::join(group, ", "))));
  }
  for (const fsops::Refusal& refusal : merge.left_out) {
    text += fmt::format("{}  {}: {}\n", terminal.styled(Style::bad, "left out"), printable(refusal.path),
                        printable(refusal.reason));
  }
  return text;
}

}  // namespace tenon::cli
