#include "native/diff/patch/change_writer.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "core/error.h"
#include "native/diff/patch/testing/patch_directory.h"

namespace tenon::diff::patch {
namespace {

using testing::PatchDirectory;
using Look = std::map<std::string, std::string>;

FileContent text(std::string bytes) { return {.bytes = std::move(bytes)}; }

const Look kBefore = {{"a.txt", "old a\n"},  {"b.txt", "old b\n"},  {"gone.txt", "gone\n"}, {"only/", ""},
                      {"only/old", "one\n"}, {"thing", "a file\n"}, {"tree/", ""},          {"tree/leaf", "leaf\n"}};
const Look kAfter = {{"a.txt", "new a\n"},         {"b.txt", "new b\n"}, {"deep/", ""},         {"deep/er/", ""},
                     {"deep/er/new.txt", "new\n"}, {"only/", ""},        {"only/new", "one\n"}, {"thing/", ""},
                     {"thing/inside", "inside\n"}, {"tree", "a file\n"}};

// Replaces, creates, removes, renames the only file of a directory; a directory in the place of a file and a file in
// the place of a directory.
ChangeSet every_kind() {
  return {.changes = {
              {.path = "a.txt", .before = text("old a\n"), .after = text("new a\n")},
              {.path = "thing/inside", .before = {}, .after = text("inside\n")},
              {.path = "thing", .before = text("a file\n"), .after = {}},
              {.path = "deep/er/new.txt", .before = {}, .after = text("new\n")},
              {.path = "gone.txt", .before = text("gone\n"), .after = {}},
              {.path = "only/new", .before = {}, .after = text("one\n")},
              {.path = "only/old", .before = text("one\n"), .after = {}},
              {.path = "tree", .before = {}, .after = text("a file\n")},
              {.path = "tree/leaf", .before = text("leaf\n"), .after = {}},
              {.path = "b.txt", .before = text("old b\n"), .after = text("new b\n")},
          }};
}

PatchDirectory before() {
  return PatchDirectory({{"a.txt", "old a\n"},
                         {"b.txt", "old b\n"},
                         {"gone.txt", "gone\n"},
                         {"only/old", "one\n"},
                         {"thing", "a file\n"},
                         {"tree/leaf", "leaf\n"}});
}

// Does something at the nth step.
class AtStep {
 public:
  AtStep(int step, std::function<void()> act) : left_(step), act_(std::move(act)) {}
  void operator()(std::string_view) {
    if (left_-- == 0) act_();
  }

 private:
  int left_;
  std::function<void()> act_;
};

TEST(ChangeWriter, WritesEveryKindOfChange) {
  const PatchDirectory directory = before();
  ASSERT_EQ(directory.look(), kBefore);
  write_changes(directory.workspace(), every_kind());
  EXPECT_EQ(directory.look(), kAfter);
}

TEST(ChangeWriter, ADirectoryThatGetsAnotherFileForItsLastOneKeepsItsPermissions) {
  const PatchDirectory directory({{"only/old", "one\n"}});
  const std::filesystem::path only = directory.workspace().path() / "only";
  std::filesystem::permissions(only, std::filesystem::perms::owner_all);
  write_changes(directory.workspace(), {.changes = {{.path = "only/new", .before = {}, .after = text("two\n")},
                                                    {.path = "only/old", .before = text("one\n"), .after = {}}}});
  EXPECT_EQ(std::filesystem::status(only).permissions(), std::filesystem::perms::owner_all);
}

TEST(ChangeWriter, AFailureAtAnyStepLeavesEveryFileAsItWas) {
  int step = 0;
  for (bool failed = true; failed; ++step) {
    const PatchDirectory directory = before();
    failed = false;
    const AtStep fail(step, [] { throw Error(ErrorCode::storage_full, "no space"); });
    try {
      write_changes(directory.workspace(), every_kind(), {.before_step = fail});
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::storage_full);
      failed = true;
    }
    EXPECT_EQ(directory.look(), failed ? kBefore : kAfter) << "step " << step;
  }
  EXPECT_GT(step, 15);
}

// The child is killed at the step; what it left must become one of both states, whole.
int killed_at(const PatchDirectory& directory, int step) {
  const pid_t child = ::fork();
  if (child == 0) {
    const AtStep kill(step, [] { ::raise(SIGKILL); });
    write_changes(directory.workspace(), every_kind(), {.before_step = kill});
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(ChangeWriter, AProcessKilledAtAnyStepLeavesAllOrNothingAfterRecovery) {
  int undone = 0;
  int finished = 0;
  for (int step = 0;; ++step) {
    const PatchDirectory directory = before();
    const int status = killed_at(directory, step);
    if (!WIFSIGNALED(status)) break;
    const Recovery recovery = recover_changes(directory.workspace());
    const bool is_finished = recovery == Recovery::finished || directory.look() == kAfter;
    EXPECT_EQ(directory.look(), is_finished ? kAfter : kBefore) << "killed at step " << step;
    EXPECT_EQ(recover_changes(directory.workspace()), Recovery::nothing_to_do);
    ++(is_finished ? finished : undone);
  }
  EXPECT_GT(undone, 5);
  EXPECT_GT(finished, 10);
}

TEST(ChangeWriter, ARecoveryThatIsKilledGoesOnInTheNext) {
  for (int step = 0;; ++step) {
    const PatchDirectory directory = before();
    constexpr int kMiddle = 12;
    ASSERT_TRUE(WIFSIGNALED(killed_at(directory, kMiddle)));
    const pid_t child = ::fork();
    if (child == 0) {
      const AtStep kill(step, [] { ::raise(SIGKILL); });
      recover_changes(directory.workspace(), kill);
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    recover_changes(directory.workspace());
    EXPECT_EQ(directory.look(), kAfter) << "killed at step " << step << " of the recovery";
    if (!WIFSIGNALED(status)) break;
  }
}

// A failure in the middle, and then death while it is undone.
int killed_while_undoing(const PatchDirectory& directory, int step) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr int kMiddle = 16;
    int count = 0;
    const auto fail_then_kill = [&](std::string_view) {
      ++count;
      if (count == kMiddle) throw Error(ErrorCode::storage_full, "no space");
      if (count == kMiddle + 1 + step) ::raise(SIGKILL);
    };
    try {
      write_changes(directory.workspace(), every_kind(), {.before_step = fail_then_kill});
    } catch (const Error&) {
      ::_exit(0);
    }
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(ChangeWriter, AProcessKilledWhileItUndoesIsUndoneByRecovery) {
  int killed = 0;
  for (int step = 0;; ++step) {
    const PatchDirectory directory = before();
    const int status = killed_while_undoing(directory, step);
    recover_changes(directory.workspace());
    EXPECT_EQ(directory.look(), kBefore) << "killed at step " << step << " of the undoing";
    if (!WIFSIGNALED(status)) break;
    ++killed;
  }
  EXPECT_GT(killed, 3);
}

TEST(ChangeWriter, WhatCannotBeFinishedAfterAKillIsUndone) {
  const PatchDirectory directory = before();
  constexpr int kMiddle = 12;
  ASSERT_TRUE(WIFSIGNALED(killed_at(directory, kMiddle)));
  const AtStep fail(0, [] { throw Error(ErrorCode::storage_full, "no space"); });
  EXPECT_EQ(recover_changes(directory.workspace(), fail), Recovery::undone);
  EXPECT_EQ(directory.look(), kBefore);
}

TEST(ChangeWriter, TheNextWriteFinishesWhatAKilledOneLeft) {
  const PatchDirectory directory = before();
  constexpr int kMiddle = 14;
  ASSERT_TRUE(WIFSIGNALED(killed_at(directory, kMiddle)));
  write_changes(directory.workspace(), {.changes = {{.path = "more.txt", .before = {}, .after = text("more\n")}}});
  Look expected = kAfter;
  expected["more.txt"] = "more\n";
  EXPECT_EQ(directory.look(), expected);
}

TEST(ChangeWriter, ADamagedJournalIsReportedAndNothingIsTouched) {
  const PatchDirectory directory({{"a.txt", "a\n"}, {".tenon-changes-journal", "tenon-changes 1\nremove"}});
  const Look look = directory.look();
  try {
    recover_changes(directory.workspace());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::data_corrupted);
  }
  EXPECT_EQ(directory.look(), look);
}

TEST(ChangeWriter, AFullDiskLeavesEveryFileAsItWas) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr int kNoMounts = 77;
    const PatchDirectory outer;
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", outer.root().c_str(), "tmpfs", 0, "size=64k") != 0) {
      ::_exit(kNoMounts);
    }
    const Look none = outer.look();
    outer.put("a.txt", "a\n");
    const Look look = outer.look();
    ChangeSet changes{.changes = {{.path = "a.txt", .before = text("a\n"), .after = text("b\n")}}};
    changes.changes.push_back({.path = "big", .before = {}, .after = text(std::string(1 << 20, 'x'))});
    bool full = false;
    try {
      write_changes(outer.workspace(), changes);
    } catch (const Error& error) {
      full = error.code() == ErrorCode::storage_full;
    }
    const bool same = outer.look() == look;
    ::umount(outer.root().c_str());
    ::_exit(full && same ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) GTEST_SKIP() << "no right to mount a small file system";
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(ChangeWriter, AFileThatChangedMeanwhileIsAConflict) {
  const PatchDirectory directory = before();
  directory.put("b.txt", "someone else's b\n");
  const Look look = directory.look();
  try {
    write_changes(directory.workspace(), every_kind());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::conflict);
  }
  EXPECT_EQ(directory.look(), look);
}

TEST(ChangeWriter, OnlyOneProcessWritesAtATime) {
  const PatchDirectory directory = before();
  const int other = ::open(directory.root().c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  try {
    write_changes(directory.workspace(), every_kind());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::busy);
  }
  ::close(other);
  EXPECT_EQ(directory.look(), kBefore);
}

TEST(ChangeWriter, PermissionsAreKeptAndTheExecutableBitFollowsTheType) {
  const PatchDirectory directory({{"private", "1\n"}, {"script", "1\n"}, {"plain", "1\n"}});
  ::chmod((directory.root() / "private").c_str(), 0640);
  ::chmod((directory.root() / "script").c_str(), 0750);
  const auto run = [](std::string bytes) {
    return FileContent{.bytes = std::move(bytes), .type = FileType::executable};
  };
  write_changes(directory.workspace(), {.changes = {{.path = "private", .before = text("1\n"), .after = text("2\n")},
                                                    {.path = "script", .before = run("1\n"), .after = run("2\n")},
                                                    {.path = "plain", .before = text("1\n"), .after = run("1\n")}}});
  EXPECT_EQ(directory.mode("private"), 0640U);
  EXPECT_EQ(directory.mode("script"), 0750U);
  EXPECT_EQ(directory.mode("plain"), 0755U);
}

TEST(ChangeWriter, AFileWithOtherNamesIsReplacedNotWrittenThrough) {
  const PatchDirectory directory({{"a.txt", "old\n"}});
  std::filesystem::create_hard_link(directory.root() / "a.txt", directory.outside() / "twin");
  write_changes(directory.workspace(),
                {.changes = {{.path = "a.txt", .before = text("old\n"), .after = text("new\n")}}});
  EXPECT_EQ(directory.get("a.txt"), "new\n");
  EXPECT_EQ(directory.get("../twin"), "old\n");
}

TEST(ChangeWriter, LinksMayOnlyLeadIntoTheWorkspace) {
  const auto link = [](std::string target) { return FileContent{.bytes = std::move(target), .type = FileType::link}; };
  const PatchDirectory directory({{"dir/a.txt", "a\n"}});
  write_changes(directory.workspace(),
                {.changes = {{.path = "sub/link", .before = {}, .after = link("../dir/a.txt")}}});
  EXPECT_EQ(directory.get("sub/link"), "a\n");
  for (const char* target : {"/etc/passwd", "../../outside", "dir/../../x", "", ".git/config", "a/.GIT"}) {
    try {
      write_changes(directory.workspace(), {.changes = {{.path = "sub/bad", .before = {}, .after = link(target)}}});
      ADD_FAILURE() << target;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::permission_denied) << target;
    }
  }
  EXPECT_FALSE(std::filesystem::exists(directory.root() / "sub/bad"));
}

TEST(ChangeWriter, HostileNamesAreRefused) {
  const PatchDirectory directory;
  for (const char* path : {"../x", "/x", ".git/config", "a/../b", ".tenon-changes-journal", ".TENON-changes-x"}) {
    EXPECT_THROW(write_changes(directory.workspace(), {.changes = {{.path = path, .before = {}, .after = text("x")}}}),
                 Error)
        << path;
  }
  EXPECT_TRUE(directory.look().empty());
}

}  // namespace
}  // namespace tenon::diff::patch
