#include "git/tree_files.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "git/library.h"

namespace tenon::git {
namespace {

constexpr std::size_t kNamesShown = 5;
constexpr std::size_t kDeepest = 64;

class Collector {
 public:
  explicit Collector(git_repository* repository) : repository_(repository) {}

  void enter(const git_oid& id, const std::string& prefix, std::size_t depth) {
    const TreeHandle tree =
        made<git_tree, git_tree_free>("cannot read the tree " + to_text(id), git_tree_lookup, repository_, &id);
    for (std::size_t i = 0; i < git_tree_entrycount(tree.get()); ++i) {
      visit(*git_tree_entry_byindex(tree.get(), i), prefix, depth);
    }
  }

  std::vector<TreeFile> finish() {
    check_none_refused(refusals_);
    std::ranges::sort(files_, {}, &TreeFile::path);
    return std::move(files_);
  }

 private:
  void visit(const git_tree_entry& entry, const std::string& prefix, std::size_t depth) {
    const std::string whole = prefix + git_tree_entry_name(&entry);
    const git_filemode_t mode = git_tree_entry_filemode(&entry);
    std::expected<fsops::WorkspacePath, std::string> path = fsops::WorkspacePath::check(whole);
    if (!path) return refuse(whole, path.error());
    if (mode == GIT_FILEMODE_TREE && depth >= kDeepest) return refuse(whole, "it is too deep");
    if (mode == GIT_FILEMODE_TREE) return enter(*git_tree_entry_id(&entry), whole + "/", depth + 1);
    if (mode == GIT_FILEMODE_LINK) return refuse(whole, "it is a link");
    if (mode == GIT_FILEMODE_COMMIT) return refuse(whole, "it is a submodule");
    files_.push_back(
        {.path = *std::move(path),
         .blob = *git_tree_entry_id(&entry),
         .mode = mode == GIT_FILEMODE_BLOB_EXECUTABLE ? fsops::FileMode::executable : fsops::FileMode::regular});
  }

  void refuse(const std::string& path, const std::string& reason) {
    refusals_.push_back(fsops::printable(path) + ": " + reason);
  }

  git_repository* repository_;
  std::vector<TreeFile> files_;
  std::vector<std::string> refusals_;
};

// A directory with HEAD, objects and refs is a repository to git and brings its own configuration.
std::vector<std::string> embedded_repositories(const std::vector<fsops::WorkspacePath>& paths) {
  enum Sign : unsigned { head = 1, objects = 2, refs = 4, all = 7 };
  std::map<std::string, unsigned> signs;
  for (const fsops::WorkspacePath& path : paths) {
    std::string directory;
    const std::vector<std::string_view> components = path.components();
    for (std::size_t i = 0; i < components.size(); ++i) {
      const bool is_file = i + 1 == components.size();
      const std::string name = fsops::case_folded(components[i]);
      if (is_file && name == "head") signs[directory] |= head;
      if (!is_file && name == "objects") signs[directory] |= objects;
      if (!is_file && name == "refs") signs[directory] |= refs;
      directory += std::string(components[i]) + "/";
    }
  }
  std::vector<std::string> found;
  for (const auto& [directory, seen] : signs) {
    if (seen == all)
      found.push_back((directory.empty() ? "./" : directory) + ": it would be a git repository of its own");
  }
  return found;
}

}  // namespace

std::vector<TreeFile> tree_files(git_repository* repository, const git_oid& tree) {
  Collector collector(repository);
  collector.enter(tree, "", 1);
  std::vector<TreeFile> files = collector.finish();
  std::vector<fsops::WorkspacePath> paths;
  for (const TreeFile& file : files) paths.push_back(file.path);
  check_layout(paths);
  return files;
}

void check_layout(const std::vector<fsops::WorkspacePath>& paths) {
  std::vector<std::string> refusals = embedded_repositories(paths);
  for (const std::vector<std::string>& names : fsops::case_collisions(paths)) {
    refusals.push_back(fmt::format("{}: they are one file where case does not count", fmt::join(names, ", ")));
  }
  check_none_refused(refusals);
}

void check_none_refused(const std::vector<std::string>& refusals) {
  if (refusals.empty()) return;
  json::array names;
  for (const std::string& refusal : refusals) names.emplace_back(refusal);
  const std::size_t shown = std::min(refusals.size(), kNamesShown);
  throw Error(ErrorCode::permission_denied,
              fmt::format("{} of the files cannot be part of a repository: {}", refusals.size(),
                          fmt::join(refusals.begin(), refusals.begin() + static_cast<std::ptrdiff_t>(shown), "; ")),
              "Remove or rename them.", {{"refused", std::move(names)}});
}

}  // namespace tenon::git
