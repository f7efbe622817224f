#include "native/diff/merge/tree_merge.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "native/diff/merge/case_check.h"
#include "native/diff/merge/content_merge.h"
#include "native/diff/merge/path_merge.h"
#include "native/diff/merge/path_state.h"
#include "native/diff/merge/renames.h"

namespace tenon::diff {
namespace {

using Result = std::map<std::string, Version>;

std::vector<fsops::Refusal> left_out_of(const Trees& trees) {
  std::map<std::string, std::string> reasons;
  for (const MergeTree* tree : {&trees.base, &trees.ours, &trees.theirs}) {
    for (fsops::Refusal& refusal : tree->left_out()) reasons.try_emplace(refusal.path, std::move(refusal.reason));
  }
  std::vector<fsops::Refusal> left_out;
  for (auto& [path, reason] : reasons) left_out.push_back({.path = path, .reason = std::move(reason)});
  return left_out;
}

Result files_of(const PathStates& states, Side side) {
  Result files;
  for (const auto& [path, state] : states) {
    if (state.has(side)) files.emplace(path, *state.at(side));
  }
  return files;
}

// A path for a file that cannot stand where it belongs.
std::string path_beside(const Result& result, const std::vector<std::string>& rest, const std::string& path,
                        std::string label) {
  std::ranges::replace(label, '/', '_');
  const std::string wanted = fmt::format("{}~{}", path, label);
  std::string free = wanted;
  for (std::uint32_t number = 0; result.contains(free) || std::ranges::binary_search(rest, free); ++number) {
    free = fmt::format("{}_{}", wanted, number);
  }
  return free;
}

std::set<std::string> directories_of(const Result& result) {
  std::set<std::string> directories;
  for (const auto& [path, file] : result) {
    for (std::size_t slash = path.rfind('/'); slash != std::string::npos && slash != 0;
         slash = path.rfind('/', slash - 1)) {
      if (!directories.insert(path.substr(0, slash)).second) break;
    }
  }
  return directories;
}

class Merger {
 public:
  Merger(const Trees& trees, const TreeMergeOptions& options) : trees_(trees), options_(options) {}

  TreeMerge merge() {
    merge_.left_out = left_out_of(trees_);
    Collection collection = collect_paths(trees_, merge_.left_out);
    rest_ = std::move(collection.rest);
    std::ranges::sort(rest_);
    const Result ours = files_of(collection.states, Side::ours);
    const Result theirs = files_of(collection.states, Side::theirs);
    if (options_.renames == RenameSearch::similar) follow(collection.states);
    merge_paths(collection.states);
    move_out_of_directories(collection.states);
    write_changes(ours);
    merge_.case_collisions = new_case_collisions(rest_, names_of(ours), names_of(theirs), names_of(result_));
    std::ranges::sort(merge_.conflicts, [](const TreeConflict& one, const TreeConflict& other) {
      return std::tie(one.path, one.kind) < std::tie(other.path, other.kind);
    });
    return std::move(merge_);
  }

 private:
  static std::vector<std::string> names_of(const Result& files) {
    std::vector<std::string> names;
    for (const auto& [path, file] : files) names.push_back(path);
    return names;
  }

  void follow(PathStates& states) {
    const Renames of_ours = renames_of(trees_, states, Side::ours, options_);
    const Renames of_theirs = renames_of(trees_, states, Side::theirs, options_);
    merge_.conflicts = follow_renames(trees_, states, of_ours, of_theirs, options_);
  }

  void merge_paths(const PathStates& states) {
    struct Beside {
      std::string path;
      std::string label;
      Version file;
    };
    std::vector<Beside> beside;
    for (const auto& [path, state] : states) {
      PathMerge merged = merge_path(trees_, path, state, options_);
      if (merged.file) result_.emplace(path, *std::move(merged.file));
      if (merged.beside) beside.push_back({.path = path, .label = merged.label, .file = *std::move(merged.beside)});
      std::ranges::move(merged.conflicts, std::back_inserter(merge_.conflicts));
    }
    for (Beside& one : beside) result_.emplace(path_beside(result_, rest_, one.path, one.label), std::move(one.file));
  }

  // A file that stands where the result has a directory goes beside it.
  void move_out_of_directories(const PathStates& states) {
    for (const std::string& directory : directories_of(result_)) {
      const auto file = result_.find(directory);
      const auto state = states.find(directory);
      if (file == result_.end() || state == states.end()) continue;
      const std::optional<Version>& ours = state->second.at(Side::ours);
      const MergeLabels& labels = options_.files.labels;
      const bool is_ours = ours && ours->path == directory;
      const std::string path = path_beside(result_, rest_, directory, is_ours ? labels.ours : labels.theirs);
      merge_.conflicts.push_back(conflict_of(ConflictKind::directory_file, path, state->second.at(Side::base), ours,
                                             state->second.at(Side::theirs)));
      result_.emplace(path, std::move(file->second));
      result_.erase(directory);
    }
  }

  FileContent content_of(const Version& file) const {
    return {.bytes = bytes_of(trees_, file.content), .type = file.type};
  }

  void write_changes(const Result& ours) {
    for (const auto& [path, file] : ours) {
      if (!result_.contains(path)) {
        merge_.changes.changes.push_back({.path = path, .before = content_of(file), .after = std::nullopt});
      }
    }
    for (const auto& [path, file] : result_) {
      const auto before = ours.find(path);
      if (file.content.made) merge_.merged.push_back({.path = path});
      const std::optional<Version> old = before == ours.end() ? std::nullopt : std::optional(before->second);
      if (same(old, file)) continue;
      std::optional<FileContent> old_content;
      if (old) old_content = content_of(*old);
      FileContent content = content_of(file);
      if (old_content == content) continue;
      merge_.changes.changes.push_back({.path = path, .before = std::move(old_content), .after = std::move(content)});
    }
    std::ranges::sort(merge_.changes.changes, {}, &FileChange::path);
  }

  const Trees& trees_;
  const TreeMergeOptions& options_;
  std::vector<std::string> rest_;  // what is the same in all trees, ordered
  Result result_;
  TreeMerge merge_;
};

}  // namespace

TreeMerge merge_trees(const Trees& trees, const TreeMergeOptions& options) { return Merger(trees, options).merge(); }

}  // namespace tenon::diff
