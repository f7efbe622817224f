// Several tasks of one run work on one git directory at the same time, each with a Repository of its own.
#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <thread>

#include "git/repository_fixture.h"

namespace tenon::git {
namespace {

struct Concurrency : RepositoryFixture {
  static constexpr int kThreads = 4;

  // Runs `act(0)` to `act(3)` on threads that start together.
  void together(const std::function<void(int)>& act) const {
    std::latch start(kThreads);
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        act(i);
      });
    }
  }
};

TEST_F(Concurrency, OneOfManyMovesOfABranchWins) {
  workspace.write(path("a"), "0");
  const CommitId base = commit_on("main");
  std::vector<CommitId> candidates;
  for (int i = 0; i < kThreads; ++i) {
    workspace.write(path("a"), std::to_string(i + 1));
    candidates.push_back(repository.commit(request(repository.snapshot(workspace), {base}, "feat: candidate")));
  }
  std::atomic<int> won = 0;
  std::atomic<int> lost = 0;
  together([&](int i) {
    Repository mine = Repository::open(repository.path());
    const ErrorCode code = code_of([&] { mine.move_branch("main", base, candidates[static_cast<std::size_t>(i)]); });
    if (code == ErrorCode::cancelled) ++won;
    if (code == ErrorCode::conflict) ++lost;
  });
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, kThreads - 1);
  EXPECT_THAT(candidates, testing::Contains(repository.branch_head("main")));
}

TEST_F(Concurrency, TasksCommitOnTheirOwnBranchesWhileOthersComeAndGo) {
  constexpr int kCommits = 15;
  for (int i = 0; i < kThreads; ++i) new_workspace("task" + std::to_string(i));
  together([&](int i) {
    const std::string task = "task" + std::to_string(i);
    const fsops::Workspace files = fsops::Workspace::open(directory.path() / task);
    std::optional<CommitId> parent;
    for (int n = 0; n < kCommits; ++n) {
      Repository mine = Repository::open(repository.path());
      files.write(path("shared"), std::to_string(n));
      files.write(path(task), std::to_string(n));
      CommitRequest wanted = request(mine.snapshot(files), {}, "feat: step " + std::to_string(n));
      if (parent) wanted.parents.push_back(*parent);
      wanted.branch = task;
      parent = mine.commit(wanted);
    }
  });
  for (int i = 0; i < kThreads; ++i) {
    EXPECT_EQ(repository.log(repository.branch_head("task" + std::to_string(i)).value(), 100).size(), kCommits);
  }
  EXPECT_THAT(git(repository.path(), "fsck --full --strict"), testing::Not(testing::HasSubstr("exit")));
}

TEST_F(Concurrency, OneOfManyMakesTheRepository) {
  const std::filesystem::path place = directory.path() / "made-together";
  std::atomic<int> made = 0;
  together([&](int) {
    Repository::create(place);
    ++made;
  });
  EXPECT_EQ(made, kThreads);
}

}  // namespace
}  // namespace tenon::git
