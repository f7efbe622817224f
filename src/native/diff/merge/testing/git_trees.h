// Trees in a real git repository, and what git's own merge makes of them.
#pragma once

#include <git2.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "native/diff/merge/testing/memory_tree.h"
#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_directory.h"

namespace tenon::diff::testing {

struct GitMerge {
  bool clean = true;
  std::string tree;                 // its id
  std::vector<std::string> stages;  // "stage path" of each file in conflict
};

// A bare repository in memory where there is one. libgit2 must have been started.
class GitTrees {
 public:
  GitTrees() : directory_(fsops::busy_test_directory(), "merge-trees-") {
    check(git_repository_init(&repository_, directory_.path().c_str(), 1));
    check(git_signature_new(&author_, "author", "author@test.example", 1, 0));
  }
  GitTrees(const GitTrees&) = delete;
  GitTrees& operator=(const GitTrees&) = delete;
  ~GitTrees() {
    git_signature_free(author_);
    git_repository_free(repository_);
  }

  std::string tree(const Files& files) {
    git_index* index = nullptr;
    check(git_index_new(&index));
    for (const auto& [path, content] : files) {
      git_index_entry entry{};
      entry.path = path.c_str();
      entry.mode = mode_of(content.type);
      check(git_blob_create_from_buffer(&entry.id, repository_, content.bytes.data(), content.bytes.size()));
      check(git_index_add(index, &entry));
    }
    git_oid oid;
    check(git_index_write_tree_to(&oid, index, repository_));
    git_index_free(index);
    return text_of(oid);
  }

  std::string commit(const Files& files, const std::string& parent = "") {
    git_oid tree_oid;
    check(git_oid_fromstr(&tree_oid, tree(files).c_str()));
    git_tree* made = nullptr;
    check(git_tree_lookup(&made, repository_, &tree_oid));
    git_commit* before = nullptr;
    if (!parent.empty()) {
      git_oid parent_oid;
      check(git_oid_fromstr(&parent_oid, parent.c_str()));
      check(git_commit_lookup(&before, repository_, &parent_oid));
    }
    const git_commit* parents[] = {before};
    git_oid oid;
    check(git_commit_create(&oid, repository_, nullptr, author_, author_, nullptr, "m", made, parent.empty() ? 0 : 1,
                            parents));
    git_commit_free(before);
    git_tree_free(made);
    return text_of(oid);
  }

  struct Pair {
    std::string ours;
    std::string theirs;
  };

  // All merges by one `git merge-tree`, without renames of directories.
  std::vector<GitMerge> merge(const std::vector<Pair>& pairs) {
    const std::filesystem::path in = directory_.path() / "merges";
    const std::filesystem::path out = directory_.path() / "merged";
    {
      std::ofstream lines(in);
      for (const Pair& pair : pairs) lines << pair.ours << " " << pair.theirs << "\n";
    }
    const std::string command = fmt::format(
        "cd {} && GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null git -c merge.directoryRenames=false merge-tree "
        "--write-tree --no-messages --stdin <{} >{}",
        directory_.path().string(), in.string(), out.string());
    if (std::system(command.c_str()) != 0) throw Error(ErrorCode::internal, "git merge-tree failed");
    std::ifstream answer(out, std::ios::binary);
    return parse({std::istreambuf_iterator<char>(answer), {}});
  }

 private:
  static void check(int result) {
    if (result < 0) throw Error(ErrorCode::internal, git_error_last()->message);
  }

  static std::string text_of(const git_oid& oid) {
    std::string text(GIT_OID_HEXSZ, '\0');
    git_oid_fmt(text.data(), &oid);
    return text;
  }

  static std::uint32_t mode_of(FileType type) {
    if (type == FileType::link) return GIT_FILEMODE_LINK;
    return type == FileType::executable ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_BLOB;
  }

  // git-merge-tree(1), INPUT FORMAT and OUTPUT: status NUL tree NUL (mode id stage TAB path NUL)* NUL.
  static std::vector<GitMerge> parse(const std::string& text) {
    std::vector<GitMerge> merges;
    std::size_t at = 0;
    const auto field = [&] {
      const std::size_t end = text.find('\0', at);
      std::string one = text.substr(at, end - at);
      at = end + 1;
      return one;
    };
    while (at < text.size()) {
      GitMerge merge{.clean = field() == "1", .tree = field(), .stages = {}};
      for (std::string line = field(); !line.empty(); line = field()) {
        const std::size_t tab = line.find('\t');
        merge.stages.push_back(fmt::format("{} {}", line[tab - 1], line.substr(tab + 1)));
      }
      merges.push_back(std::move(merge));
    }
    return merges;
  }

  fsops::TemporaryDirectory directory_;
  git_repository* repository_ = nullptr;
  git_signature* author_ = nullptr;
};

}  // namespace tenon::diff::testing
