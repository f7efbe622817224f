#include "git/repository.h"

#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include <csignal>

#include "git/repository_fixture.h"

namespace tenon::git {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct RepositoryTest : RepositoryFixture {};

TEST_F(RepositoryTest, SameRequestGivesTheSameCommitOnce) {
  workspace.write(path("a"), "1\n");
  CommitRequest wanted = request(repository.snapshot(workspace), {}, "feat: first");
  wanted.branch = "main";
  const CommitId first = repository.commit(wanted);
  EXPECT_EQ(repository.commit(wanted), first);
  EXPECT_THAT(repository.log(first, 10), SizeIs(1));
  EXPECT_EQ(repository.branch_head("main"), first);
  Repository other = Repository::create(directory.path() / "other");
  other.snapshot(workspace);
  EXPECT_EQ(other.commit(wanted), first);
}

TEST_F(RepositoryTest, LogTellsWhoWhatAndWhy) {
  workspace.write(path("a"), "1\n");
  const CommitId first = commit_on("main", "feat: first");
  workspace.write(path("a"), "2\n");
  const CommitId second = commit_on("main", "fix: second");
  const std::vector<LogEntry> log = repository.log(second, 10);
  ASSERT_THAT(log, SizeIs(2));
  EXPECT_EQ(log[0].id, second);
  EXPECT_THAT(log[0].parents, ElementsAre(first));
  EXPECT_EQ(log[0].message, request({}, {}, "fix: second").message);
  EXPECT_EQ(log[0].author.name, "Ada");
  EXPECT_EQ(log[0].committer, tenon_identity());
  EXPECT_EQ(log[0].time, Timestamp(std::chrono::seconds(1'700'000'000)));
  EXPECT_THAT(repository.log(second, 1), SizeIs(1));
  EXPECT_TRUE(repository.contains(second, first));
  EXPECT_TRUE(repository.contains(first, first));
  EXPECT_FALSE(repository.contains(first, second));
  EXPECT_EQ(git(repository.path(), "log --format='%s|%an|%cn|%(trailers:key=Tenon-Run,valueonly,separator=)' main"),
            "fix: second|Ada|Tenon|run_1\nfeat: first|Ada|Tenon|run_1\n");
}

TEST_F(RepositoryTest, BranchMovesOnlyFromWhereItIsExpected) {
  workspace.write(path("a"), "1\n");
  const CommitId first = commit_on("main");
  workspace.write(path("a"), "2\n");
  const CommitId second = commit_on("main");
  EXPECT_EQ(code_of([&] { repository.move_branch("main", first, first); }), ErrorCode::conflict);
  EXPECT_EQ(code_of([&] { repository.move_branch("main", std::nullopt, first); }), ErrorCode::conflict);
  repository.move_branch("main", first, second);
  repository.move_branch("task/T1", std::nullopt, first);
  EXPECT_THAT(repository.branches(), ElementsAre("main", "task/T1"));
  EXPECT_EQ(code_of([&] { repository.move_branch("task", std::nullopt, first); }), ErrorCode::conflict);
  EXPECT_TRUE(repository.remove_branch("task/T1"));
  EXPECT_FALSE(repository.remove_branch("task/T1"));
  EXPECT_TRUE(repository.remove_branch("main"));
  EXPECT_EQ(Repository::open(repository.path()).branch_head("main"), std::nullopt);
}

TEST_F(RepositoryTest, NamesThatAreNoBranchesAreRefused) {
  for (const char* name : {"", "..", "a..b", "../main", "/main", "a b", "-x", "x.lock", "a\nb", "@{1}", "~"}) {
    EXPECT_EQ(code_of([&] { repository.branch_head(name); }), ErrorCode::invalid_argument) << name;
    EXPECT_EQ(code_of([&] { repository.remove_branch(name); }), ErrorCode::invalid_argument) << name;
  }
}

TEST_F(RepositoryTest, UnknownIdsAreNotFoundAndMalformedOnesRefused) {
  const CommitId unknown{std::string(40, 'a')};
  EXPECT_EQ(code_of([&] { repository.tree_of(unknown); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { repository.log(unknown, 1); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { repository.move_branch("main", std::nullopt, unknown); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { repository.tree_of(CommitId{"HEAD"}); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { Repository::open(directory.path() / "none"); }), ErrorCode::not_found);
}

TEST_F(RepositoryTest, CheckoutIsTheSnapshotAgain) {
  workspace.write(path("app/main.py"), "print('hi')\r\n");
  workspace.write(path("bin/run"), std::string("\0\xff", 2), fsops::FileMode::executable);
  workspace.write(path(".gitattributes"), "* text=auto eol=crlf\n*.py filter=evil ident\n");
  workspace.write(path("unlisted"), "x");
  const CommitId commit = commit_on("main");
  const fsops::Workspace copy = new_workspace("copy");
  repository.checkout(commit, copy.path());
  EXPECT_EQ(repository.snapshot(copy), repository.tree_of(commit));
  EXPECT_EQ(copy.read(path("app/main.py")), "print('hi')\r\n");
  EXPECT_EQ(copy.find(path("bin/run"))->mode, fsops::FileMode::executable);
  EXPECT_EQ(code_of([&] { repository.checkout(commit, copy.path()); }), ErrorCode::conflict);
  EXPECT_EQ(repository.read_file(commit, path("app/main.py")), "print('hi')\r\n");
  EXPECT_EQ(repository.read_file(commit, path("app")), std::nullopt);
  EXPECT_EQ(repository.read_file(commit, path("none")), std::nullopt);
  EXPECT_THAT(repository.files(commit),
              ElementsAre(path(".gitattributes"), path("app/main.py"), path("bin/run"), path("unlisted")));
  EXPECT_THAT(git(repository.path(), "fsck --full --strict"), testing::Not(HasSubstr("exit")));
}

TEST_F(RepositoryTest, OnlyTheNamedPathsAreCommitted) {
  workspace.write(path("a"), "1");
  workspace.write(path("b"), "2");
  const TreeId tree = repository.snapshot(workspace, {path("b")});
  EXPECT_THAT(repository.files(repository.commit(request(tree, {}, "feat: b"))), ElementsAre(path("b")));
  EXPECT_EQ(code_of([&] { repository.snapshot(workspace, {path("none")}); }), ErrorCode::not_found);
}

TEST_F(RepositoryTest, ChangesCountLinesAndShowThem) {
  workspace.write(path("changed"), "one\ntwo\n");
  workspace.write(path("deleted"), "x\n");
  workspace.write(path("same"), "x\n");
  const CommitId before = commit_on("main");
  workspace.write(path("changed"), "one\n2\n3\n");
  workspace.write(path("added"), "new\n");
  workspace.write(path("binary"), std::string("\0\1", 2));
  workspace.remove(path("deleted"));
  const CommitId after = commit_on("main");
  const std::vector<FileChange> changes = repository.changes(before, after);
  ASSERT_THAT(changes, SizeIs(4));
  EXPECT_EQ(changes[0].path, "added");
  EXPECT_EQ(changes[0].kind, ChangeKind::added);
  EXPECT_EQ(changes[1].path, "binary");
  EXPECT_TRUE(changes[1].binary);
  EXPECT_EQ(changes[2].path, "changed");
  EXPECT_EQ(changes[2].kind, ChangeKind::modified);
  EXPECT_EQ(changes[2].lines_added, 2U);
  EXPECT_EQ(changes[2].lines_deleted, 1U);
  EXPECT_THAT(changes[2].patch, HasSubstr("diff --git a/changed b/changed\n"));
  EXPECT_THAT(changes[2].patch, HasSubstr("@@ -1,2 +1,3 @@\n one\n-two\n+2\n+3\n"));
  EXPECT_EQ(changes[3].kind, ChangeKind::deleted);
  EXPECT_THAT(repository.changes(std::nullopt, before), SizeIs(3));
  EXPECT_THAT(repository.changes(after, after), IsEmpty());
}

TEST_F(RepositoryTest, MergeTakesBothSidesOrNamesTheConflicts) {
  workspace.write(path("shared"), "1\n2\n3\n4\n5\n6\n7\n");
  workspace.write(path("gone"), "x\n");
  const CommitId base = commit_on("main");
  const fsops::Workspace theirs_files = new_workspace("theirs");
  repository.checkout(base, theirs_files.path());

  workspace.write(path("shared"), "one\n2\n3\n4\n5\n6\n7\n");
  workspace.write(path("ours"), "x\n");
  const CommitId ours = commit_on("main");
  theirs_files.write(path("shared"), "1\n2\n3\n4\n5\n6\nseven\n");
  const CommitId theirs = repository.commit(request(repository.snapshot(theirs_files), {base}, "feat: theirs"));
  const auto merged = repository.merge(ours, theirs);
  ASSERT_TRUE(merged.has_value());
  const CommitId both = repository.commit(request(*merged, {ours, theirs}, "chore: merge"));
  EXPECT_EQ(repository.read_file(both, path("shared")), "one\n2\n3\n4\n5\n6\nseven\n");
  EXPECT_TRUE(repository.read_file(both, path("ours")).has_value());
  EXPECT_EQ(repository.merge(ours, theirs), merged);

  theirs_files.write(path("shared"), "uno\n2\n3\n4\n5\n6\n7\n");
  theirs_files.write(path("ours"), "another\n");
  theirs_files.write(path("gone"), "changed\n");
  const CommitId against = repository.commit(request(repository.snapshot(theirs_files), {base}, "feat: against"));
  workspace.remove(path("gone"));
  const auto refused = repository.merge(commit_on("main"), against);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error(), testing::UnorderedElementsAre(Conflict{"gone", ConflictKind::deleted_by_us},
                                                             Conflict{"ours", ConflictKind::both_added},
                                                             Conflict{"shared", ConflictKind::both_changed}));
}

TEST_F(RepositoryTest, ARequestThatGitDoesNotAllowIsRefused) {
  workspace.write(path("a"), "1");
  CommitRequest wanted = request(repository.snapshot(workspace), {}, "no conventional commit");
  EXPECT_EQ(code_of([&] { repository.commit(wanted); }), ErrorCode::invalid_argument);
  wanted.message.subject = "feat: x";
  wanted.author.name = "";
  EXPECT_EQ(code_of([&] { repository.commit(wanted); }), ErrorCode::invalid_argument);
}

TEST_F(RepositoryTest, WhatAKilledProcessLeftIsClearedUpByTheNextOpen) {
  workspace.write(path("a"), "1\n");
  const CommitId commit = commit_on("main");
  const std::filesystem::path git_directory = repository.path();
  {
    const Repository gone = std::move(repository);
  }
  const fsops::Workspace files = fsops::Workspace::open(git_directory);
  files.write(path("objects/12/" + std::string(38, '3')), "");
  files.write(path("objects/tmp_object_git2_abc"), "half");
  files.write(path("refs/heads/main.lock"), "half");
  std::ofstream(git_directory / "refs/heads/.tenon-unfinished-1") << "half";
  std::filesystem::create_directory(git_directory / "tenon-scratch-1");
  Repository again = Repository::create(git_directory);
  EXPECT_FALSE(files.find(path("objects/12/" + std::string(38, '3'))));
  EXPECT_FALSE(files.find(path("objects/tmp_object_git2_abc")));
  EXPECT_FALSE(std::filesystem::exists(git_directory / "refs/heads/.tenon-unfinished-1"));
  EXPECT_FALSE(std::filesystem::exists(git_directory / "tenon-scratch-1"));
  EXPECT_EQ(again.branch_head("main"), commit);
  workspace.write(path("a"), "2\n");
  CommitRequest wanted = request(again.snapshot(workspace), {commit}, "feat: next");
  wanted.branch = "main";
  EXPECT_EQ(again.branch_head("main").value() != again.commit(wanted), true);
}

TEST_F(RepositoryTest, AHalfMadeRepositoryIsMadeAgain) {
  const std::filesystem::path place = directory.path() / "new";
  std::filesystem::create_directories(directory.path() / ".new.tenon-unfinished/objects");
  EXPECT_EQ(Repository::create(place).branches().size(), 0U);
  EXPECT_FALSE(std::filesystem::exists(directory.path() / ".new.tenon-unfinished"));
}

// The parent repeats what was killed until it is through; the ids must be those of a run that nobody killed.
TEST_F(RepositoryTest, KilledAtAnyMomentTheSameWorkEndsTheSame) {
  constexpr int kCommits = 6;
  const auto work = [&](const std::filesystem::path& git_directory) {
    Repository target = Repository::create(git_directory);
    std::optional<CommitId> parent;
    for (int i = 0; i < kCommits; ++i) {
      workspace.write(path("f" + std::to_string(i)), std::to_string(i));
      std::vector<fsops::WorkspacePath> paths;
      for (int j = 0; j <= i; ++j) paths.push_back(path("f" + std::to_string(j)));
      CommitRequest wanted = request(target.snapshot(workspace, paths), {}, "feat: step " + std::to_string(i));
      if (parent) wanted.parents.push_back(*parent);
      wanted.branch = "work/" + std::to_string(i);
      // A journal would have kept the ids of the steps that are done; here each round does all of them again.
      if (parent && !target.branch_head(*wanted.branch)) target.move_branch(*wanted.branch, std::nullopt, *parent);
      parent = target.commit(wanted);
    }
    return *parent;
  };
  const CommitId undisturbed = work(directory.path() / "undisturbed");
  const std::filesystem::path disturbed = directory.path() / "disturbed";
  for (int round = 0; round < 40; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      work(disturbed);
      ::_exit(0);
    }
    // Later in each round, by work of our own and not by the clock.
    for (int i = 0; i < round; ++i) repository.snapshot(workspace);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  EXPECT_EQ(work(disturbed), undisturbed);
  EXPECT_THAT(git(disturbed, "fsck --full --strict"), testing::Not(HasSubstr("exit")));
  EXPECT_EQ(git(disturbed, "rev-list --count work/5"), std::to_string(kCommits) + "\n");
}

}  // namespace
}  // namespace tenon::git
