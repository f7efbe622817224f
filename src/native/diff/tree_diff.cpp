#include "native/diff/tree_diff.h"

#include <expected>

#include "native/diff/file_bytes.h"
#include "native/diff/parallel.h"
#include "native/diff/rename_finder.h"

namespace tenon::diff {
namespace {

enum class Verdict : std::uint8_t { same, different, unreadable };

// A path that both trees have.
struct Common {
  const TreeFile* before = nullptr;
  const TreeFile* after = nullptr;
  Verdict verdict = Verdict::different;
  int error_number = 0;
};

struct Paths {
  std::vector<const TreeFile*> added;
  std::vector<const TreeFile*> deleted;
  std::vector<Common> common;
};

Paths by_path(const std::vector<TreeFile>& before, const std::vector<TreeFile>& after) {
  Paths paths;
  auto one = before.begin();
  auto other = after.begin();
  while (one != before.end() || other != after.end()) {
    if (other == after.end() || (one != before.end() && one->path < other->path)) {
      paths.deleted.push_back(&*one++);
    } else if (one == before.end() || other->path < one->path) {
      paths.added.push_back(&*other++);
    } else {
      paths.common.push_back({.before = &*one++, .after = &*other++});
    }
  }
  return paths;
}

bool one_file(const TreeFile& one, const TreeFile& other) {
  return one.device == other.device && one.inode == other.inode;
}

std::expected<bool, int> same_content(const DirectoryTree& before, const DirectoryTree& after, const Common& common) {
  if (common.before->type == FileType::link) {
    const auto one = before.read(*common.before, PATH_MAX);
    if (!one) return std::unexpected(one.error());
    const auto other = after.read(*common.after, PATH_MAX);
    if (!other) return std::unexpected(other.error());
    return *one == *other;
  }
  const auto one = before.open(*common.before);
  if (!one) return std::unexpected(one.error());
  const auto other = after.open(*common.after);
  if (!other) return std::unexpected(other.error());
  return same_bytes(one->number(), other->number());
}

void judge(const DirectoryTree& before, const DirectoryTree& after, Common& common) {
  const TreeFile& one = *common.before;
  const TreeFile& other = *common.after;
  if (one_file(one, other)) {
    common.verdict = Verdict::same;
    return;
  }
  if (one.type != other.type || one.size != other.size) return;
  const auto same = same_content(before, after, common);
  common.verdict = !same ? Verdict::unreadable : *same ? Verdict::same : Verdict::different;
  common.error_number = same ? 0 : same.error();
}

TreeStatus status_of(const TreeFile& before, const TreeFile& after) {
  const bool of_one_kind = (before.type == FileType::link) == (after.type == FileType::link);
  return of_one_kind ? TreeStatus::modified : TreeStatus::type_changed;
}

const std::string& path_of(const TreeChange& change) { return change.after ? change.after->path : change.before->path; }

}  // namespace

char letter_of(TreeStatus status) {
  switch (status) {
    case TreeStatus::added:
      return 'A';
    case TreeStatus::deleted:
      return 'D';
    case TreeStatus::modified:
      return 'M';
    case TreeStatus::type_changed:
      return 'T';
    case TreeStatus::renamed:
      return 'R';
    case TreeStatus::copied:
      return 'C';
  }
  return '?';
}

TreeDiff diff_trees(const DirectoryTree& before, const DirectoryTree& after, const TreeDiffOptions& options) {
  Paths paths = by_path(before.files(), after.files());
  for_each_index(paths.common.size(), options.threads, [&](std::size_t i) { judge(before, after, paths.common[i]); });
  TreeDiff result;
  std::vector<const TreeFile*> changed;
  for (const Common& common : paths.common) {
    if (common.verdict == Verdict::unreadable) {
      result.failures.push_back({.path = common.after->path, .error_number = common.error_number});
    } else if (common.verdict == Verdict::different) {
      changed.push_back(common.before);
      result.changes.push_back(
          {.status = status_of(*common.before, *common.after), .before = *common.before, .after = *common.after});
    }
  }
  const std::vector<Rename> renames = find_renames({before, after, paths.deleted, paths.added, changed}, options);
  std::vector<const TreeFile*> moved;
  for (const Rename& rename : renames) {
    result.changes.push_back({.status = rename.copied ? TreeStatus::copied : TreeStatus::renamed,
                              .before = *rename.before,
                              .after = *rename.after,
                              .similarity = rename.similarity});
    moved.push_back(rename.after);
    if (!rename.copied) moved.push_back(rename.before);
  }
  std::ranges::sort(moved);
  const auto remains = [&](const TreeFile* file) { return !std::ranges::binary_search(moved, file); };
  for (const TreeFile* file : paths.deleted) {
    if (remains(file)) result.changes.push_back({.status = TreeStatus::deleted, .before = *file});
  }
  for (const TreeFile* file : paths.added) {
    if (remains(file)) result.changes.push_back({.status = TreeStatus::added, .after = *file});
  }
  std::ranges::sort(result.changes, {}, path_of);
  return result;
}

}  // namespace tenon::diff
