// A repository and a workspace in a temporary directory, for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "core/error.h"
#include "git/repository.h"
#include "native/fsops/temporary_directory.h"

namespace tenon::git {

inline fsops::WorkspacePath path(std::string_view text) { return fsops::WorkspacePath::parse(text); }

struct RepositoryFixture : testing::Test {
  fsops::TemporaryDirectory directory{std::filesystem::temp_directory_path(), "tenon-test-"};
  Repository repository = Repository::create(directory.path() / "repository");
  fsops::Workspace workspace = new_workspace("workspace");

  fsops::Workspace new_workspace(const std::string& name) const {
    std::filesystem::create_directory(directory.path() / name);
    return fsops::Workspace::open(directory.path() / name);
  }

  CommitRequest request(const TreeId& tree, const std::vector<CommitId>& parents, const std::string& subject) const {
    return {.branch = std::nullopt,
            .parents = parents,
            .tree = tree,
            .message = {.subject = subject, .body = "", .trailers = {{.key = "Tenon-Run", .value = "run_1"}}},
            .author = {.name = "Ada", .email = "ada@example.org"},
            .committer = tenon_identity(),
            .time = Timestamp(std::chrono::seconds(1'700'000'000))};
  }

  // Commits what is in the workspace on top of `branch`.
  CommitId commit_on(const std::string& branch, const std::string& subject = "feat: change something") {
    const std::optional<CommitId> head = repository.branch_head(branch);
    CommitRequest wanted = request(repository.snapshot(workspace), {}, subject);
    if (head) wanted.parents.push_back(*head);
    wanted.branch = branch;
    return repository.commit(wanted);
  }

  static ErrorCode code_of(const std::function<void()>& act) {
    try {
      act();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::cancelled;
  }

  static std::string message_of(const std::function<void()>& act) {
    try {
      act();
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }

  // What the git program says, run in `where`; "exit <n>" if it fails. It judges our results and does none of our work.
  std::string git(const std::filesystem::path& where, const std::string& arguments) const {
    const std::filesystem::path output = directory.path() / "git-output";
    const std::string command = "cd '" + where.string() +
                                "' && env -i PATH=/usr/bin:/bin HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 git " +
                                arguments + " >'" + output.string() + "' 2>&1";
    const int status = std::system(command.c_str());
    std::ifstream file(output);
    std::string text(std::istreambuf_iterator<char>(file), {});
    if (status != 0) text += "exit " + std::to_string(WEXITSTATUS(status));
    return text;
  }
};

inline std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace tenon::git
