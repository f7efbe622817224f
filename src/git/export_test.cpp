#include <gmock/gmock.h>

#include "git/repository_fixture.h"

namespace tenon::git {
namespace {

using testing::HasSubstr;
using testing::Not;

struct ExportClone : RepositoryFixture {
  std::filesystem::path target = directory.path() / "project";

  void SetUp() override {
    workspace.write(path("README.md"), "# App\n");
    workspace.write(path("app/main.py"), "print(1)\n");
    workspace.write(path("run.sh"), "#!/bin/sh\n", fsops::FileMode::executable);
    commit_on("main", "feat: first");
    workspace.write(path("app/main.py"), "print(2)\n");
    commit_on("main", "feat: second");
  }

  CommitId head() const { return repository.branch_head("main").value(); }
  Exported export_head() { return repository.export_clone(target, "main", head()); }

  CommitId next_version() {
    workspace.write(path("app/main.py"), "print(3)\n");
    workspace.write(path("docs/new.md"), "new\n");
    workspace.remove(path("run.sh"));
    return commit_on("main", "feat: third");
  }

  void expect_clean() const {
    EXPECT_EQ(git(target, "status --porcelain --ignored"), "");
    EXPECT_EQ(git(target, "diff-files --stat"), "");
    EXPECT_EQ(git(target, "fsck --full --strict"), "");
    EXPECT_EQ(git(target, "symbolic-ref HEAD"), "refs/heads/main\n");
    EXPECT_EQ(git(target, "rev-parse HEAD"), head().text + "\n");
  }
};

TEST_F(ExportClone, IsAnOrdinaryCleanClone) {
  EXPECT_EQ(export_head(), Exported::created);
  expect_clean();
  EXPECT_EQ(git(target, "log --format=%s"), "feat: second\nfeat: first\n");
  EXPECT_EQ(content(target / "app/main.py"), "print(2)\n");
  EXPECT_EQ(git(target, "ls-files --stage run.sh").substr(0, 6), "100755");
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    EXPECT_THAT(entry.path().filename().string(), Not(HasSubstr("unfinished")));
  }
}

TEST_F(ExportClone, AgainItDoesNothing) {
  export_head();
  std::ofstream(target / "app/main.py") << "mine";
  EXPECT_EQ(export_head(), Exported::unchanged);
  EXPECT_EQ(content(target / "app/main.py"), "mine");
}

TEST_F(ExportClone, ANewerCommitIsAFastForward) {
  export_head();
  std::ofstream(target / "notes.txt") << "the user's own";
  git(target, "gc -q");
  next_version();
  EXPECT_EQ(export_head(), Exported::updated);
  EXPECT_EQ(git(target, "status --porcelain"), "?? notes.txt\n");
  std::filesystem::remove(target / "notes.txt");
  expect_clean();
  EXPECT_EQ(content(target / "docs/new.md"), "new\n");
  EXPECT_FALSE(std::filesystem::exists(target / "run.sh"));
}

TEST_F(ExportClone, ChangedFilesThatWouldBeOverwrittenAreNamedAndNothingIsTouched) {
  export_head();
  std::ofstream(target / "app/main.py") << "mine";
  std::filesystem::create_directory(target / "docs");
  std::ofstream(target / "docs/new.md") << "mine too";
  next_version();
  const std::string message = message_of([&] { export_head(); });
  EXPECT_THAT(message, HasSubstr("app/main.py"));
  EXPECT_THAT(message, HasSubstr("docs/new.md"));
  EXPECT_EQ(code_of([&] { export_head(); }), ErrorCode::conflict);
  EXPECT_EQ(content(target / "app/main.py"), "mine");
  EXPECT_TRUE(std::filesystem::exists(target / "run.sh"));
  EXPECT_EQ(git(target, "log -1 --format=%s"), "feat: second\n");
}

TEST_F(ExportClone, ChangesElsewhereAreKept) {
  export_head();
  std::ofstream(target / "README.md") << "mine";
  next_version();
  EXPECT_EQ(export_head(), Exported::updated);
  EXPECT_EQ(git(target, "status --porcelain"), " M README.md\n");
}

TEST_F(ExportClone, StagedChangesAreNotOverwritten) {
  export_head();
  std::ofstream(target / "app/main.py") << "staged";
  git(target, "add app/main.py");
  std::ofstream(target / "app/main.py") << "print(2)\n";
  next_version();
  EXPECT_THAT(message_of([&] { export_head(); }), HasSubstr("app/main.py"));
}

TEST_F(ExportClone, CommitsOfTheUserAreNotOverwritten) {
  export_head();
  git(target, "-c user.name=u -c user.email=u@example.org commit -q --allow-empty -m mine");
  next_version();
  EXPECT_EQ(code_of([&] { export_head(); }), ErrorCode::conflict);
  EXPECT_EQ(git(target, "log -1 --format=%s"), "mine\n");
}

TEST_F(ExportClone, AnotherBranchOrDirectoryInTheWayIsAConflict) {
  std::filesystem::create_directory(target);
  std::ofstream(target / "file") << "x";
  EXPECT_EQ(code_of([&] { export_head(); }), ErrorCode::conflict);
  std::filesystem::remove(target / "file");
  EXPECT_EQ(export_head(), Exported::created);
  git(target, "checkout -q -b mine");
  EXPECT_EQ(code_of([&] { export_head(); }), ErrorCode::conflict);
  std::filesystem::remove_all(target);
  std::ofstream(target) << "a file";
  EXPECT_EQ(code_of([&] { export_head(); }), ErrorCode::conflict);
}

TEST_F(ExportClone, GitAtWorkIsLeftAlone) {
  export_head();
  std::ofstream(target / ".git/index.lock") << "";
  next_version();
  EXPECT_EQ(code_of([&] { export_head(); }), ErrorCode::busy);
}

TEST_F(ExportClone, AnInterruptedUpdateGoesOn) {
  export_head();
  next_version();
  std::ofstream(target / "app/main.py") << "print(3)\n";
  std::filesystem::remove(target / "run.sh");
  std::ofstream(target / ".tenon-unfinished-1") << "half";
  EXPECT_EQ(export_head(), Exported::updated);
  expect_clean();
}

TEST_F(ExportClone, WhatAKilledExportLeftIsReplaced) {
  std::filesystem::create_directories(directory.path() / ".project.tenon-unfinished/.git");
  EXPECT_EQ(export_head(), Exported::created);
  expect_clean();
  EXPECT_FALSE(std::filesystem::exists(directory.path() / ".project.tenon-unfinished"));
}

TEST_F(ExportClone, AFailedExportLeavesNothing) {
  workspace.write(path("app/Main.py"), "x");
  workspace.write(path("deep/file"), "x");
  std::filesystem::create_directory(target);
  std::ofstream(target / "in-the-way") << "x";
  EXPECT_EQ(code_of([&] { export_head(); }), ErrorCode::conflict);
  EXPECT_EQ(code_of([&] { repository.export_clone(directory.path() / "x", "main", CommitId{std::string(40, 'a')}); }),
            ErrorCode::not_found);
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "x"));
  EXPECT_FALSE(std::filesystem::exists(directory.path() / ".x.tenon-unfinished"));
}

TEST_F(ExportClone, ParentDirectoriesAreMade) {
  EXPECT_EQ(repository.export_clone(directory.path() / "a/b/project/", "main", head()), Exported::created);
  EXPECT_TRUE(std::filesystem::exists(directory.path() / "a/b/project/.git/HEAD"));
}

}  // namespace
}  // namespace tenon::git
