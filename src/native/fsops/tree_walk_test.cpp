#include "native/fsops/tree_walk.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "core/error.h"
#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_directory.h"

namespace tenon::fsops {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TreeWalk : public ::testing::Test {
 protected:
  void write(const std::filesystem::path& path, std::string_view text = "x") const {
    std::filesystem::create_directories((root() / path).parent_path());
    std::ofstream(root() / path, std::ios::binary) << text;
  }
  void make_repository() const { std::filesystem::create_directories(root() / ".git"); }
  std::filesystem::path root() const { return directory_.path() / "root"; }

  static std::vector<std::string> paths(const TreeListing& listing) {
    std::vector<std::string> all;
    for (const TreeListing::Item& item : listing.items()) all.emplace_back(item.path);
    return all;
  }
  std::vector<std::string> walked(TreeWalkOptions options = {}) const {
    options.threads = 2;
    return paths(list_tree(root(), options));
  }

  TemporaryDirectory directory_{busy_test_directory(), "tree-walk-"};
};

TEST_F(TreeWalk, UnfinishedWritesAreNeverListed) {
  for (const char* path : {"a", "d/.tenon-unfinished-1", ".tenon-changes-journal", "d/.tenon-changes-mine"})
    write(path);
  EXPECT_THAT(walked({.hidden = HiddenEntries::listed, .ignore_files = IgnoreFiles::disregarded}),
              ElementsAre("a", "d/.tenon-changes-mine"));
}

TEST_F(TreeWalk, GlobsSeeTheRootAsTheCallerNamesIt) {
  write("real/a.c");
  write("real/d/b.c");
  std::filesystem::create_directory_symlink("real", root() / "link");
  const auto globbed = [&](const std::filesystem::path& start, const std::string& glob) {
    return paths(list_tree(root() / start, {.globs = {{.pattern = glob}}, .glob_anchor = root()}));
  };
  EXPECT_THAT(globbed("link", "link/*.c"), ElementsAre("a.c"));
  EXPECT_THAT(globbed("link/d", "/link/d/b.c"), ElementsAre("b.c"));
  EXPECT_THAT(globbed("link", "real/*.c"), IsEmpty());
  EXPECT_THAT(globbed("real", "real/*.c"), ElementsAre("a.c"));
}

TEST_F(TreeWalk, TypesOfFilesAreAskedAfterIgnoreFilesAndBeforeHiddenNames) {
  make_repository();
  for (const char* path : {"a.py", ".hidden.py", ".d/x.py", "b.txt", "ignored.py", "glob.txt"}) write(path);
  write(".gitignore", "ignored.py\n");
  const auto is_python = [](std::string_view name) { return name.ends_with(".py"); };
  const NameChoice only = [=](std::string_view name) {
    return is_python(name) ? NameVerdict::listed : NameVerdict::skipped;
  };
  const NameChoice without = [=](std::string_view name) {
    return is_python(name) ? NameVerdict::skipped : NameVerdict::silent;
  };
  EXPECT_THAT(walked({.names = only}), ElementsAre(".hidden.py", "a.py"));
  EXPECT_THAT(walked({.names = without}), ElementsAre("b.txt", "glob.txt"));
  EXPECT_THAT(walked({.globs = {{.pattern = "glob*"}}, .names = only}), ElementsAre("glob.txt"));
  EXPECT_THAT(walked({.globs = {{.pattern = "!a.*"}}, .names = only}), ElementsAre(".hidden.py"));
}

TEST_F(TreeWalk, ListsFilesInTheOrderOfTheirBytesWithoutHiddenOnes) {
  for (const char* path : {"b", "a/z", "a-b", "a/y/x", ".hidden", ".config/file"}) write(path);
  EXPECT_THAT(walked(), ElementsAre("a-b", "a/y/x", "a/z", "b"));
  EXPECT_THAT(walked({.hidden = HiddenEntries::listed}),
              ElementsAre(".config/file", ".hidden", "a-b", "a/y/x", "a/z", "b"));
  EXPECT_THAT(walked({.directories = DirectoryEntries::listed}), ElementsAre("a", "a-b", "a/y", "a/y/x", "a/z", "b"));
}

TEST_F(TreeWalk, ObeysNestedIgnoreFilesOfARepository) {
  make_repository();
  write(".gitignore", "*.o\n/build/\n!keep.o\n");
  write("sub/.gitignore", "!special.o\n/local\n");
  write(".git/info/exclude", "secret\n");
  for (const char* path : {"a.c", "a.o", "keep.o", "build/x", "sub/special.o", "sub/other.o", "sub/local", "local",
                           "sub/build/y", "secret"}) {
    write(path);
  }
  EXPECT_THAT(walked(), ElementsAre("a.c", "keep.o", "local", "sub/build/y", "sub/special.o"));
  EXPECT_EQ(walked({.ignore_files = IgnoreFiles::disregarded}).size(), 10);
}

TEST_F(TreeWalk, GitsFilesCountOnlyInARepositoryUnlessToldOtherwise) {
  write(".gitignore", "x\n");
  write(".ignore", "y\n");
  for (const char* path : {"x", "y", "z"}) write(path);
  EXPECT_THAT(walked(), ElementsAre("x", "z"));
  EXPECT_THAT(walked({.repository_needed = RepositoryNeeded::no}), ElementsAre("z"));
}

TEST_F(TreeWalk, IgnoreFilesAboveTheRootCountToo) {
  make_repository();
  write(".gitignore", "*.o\n/sub/deep/x\n");
  for (const char* path : {"sub/deep/x", "sub/deep/a.o", "sub/deep/y"}) write(path);
  TreeWalkOptions options;
  EXPECT_THAT(paths(list_tree(root() / "sub/deep", options)), ElementsAre("y"));
  options.parent_ignore_files = ParentIgnoreFiles::disregarded;
  EXPECT_THAT(paths(list_tree(root() / "sub/deep", options)), ElementsAre("a.o", "x", "y"));
}

TEST_F(TreeWalk, ARepositoryInsideAnotherDoesNotInheritItsGitignore) {
  make_repository();
  write(".gitignore", "*.o\n");
  write("inner/.git/HEAD", "ref: refs/heads/main\n");
  for (const char* path : {"a.o", "inner/b.o"}) write(path);
  EXPECT_THAT(walked(), ElementsAre("inner/b.o"));
}

TEST_F(TreeWalk, TheExcludesOfAWorktreeAreThoseOfItsRepository) {
  std::filesystem::create_directories(directory_.path() / "main/.git/worktrees/one");
  std::filesystem::create_directories(directory_.path() / "main/.git/info");
  std::ofstream(directory_.path() / "main/.git/worktrees/one/commondir") << "../..\n";
  std::ofstream(directory_.path() / "main/.git/info/exclude") << "x\n";
  write(".git", fmt::format("gitdir: {}\n", (directory_.path() / "main/.git/worktrees/one").string()));
  for (const char* path : {"x", "y"}) write(path);
  EXPECT_THAT(walked(), ElementsAre("y"));
}

TEST_F(TreeWalk, GlobalExcludesHaveTheLeastWeight) {
  make_repository();
  write(".gitignore", "!kept.log\n");
  std::ofstream(directory_.path() / "excludes") << "*.log\n";
  for (const char* path : {"a.log", "kept.log"}) write(path);
  EXPECT_THAT(walked({.global_excludes = directory_.path() / "excludes"}), ElementsAre("kept.log"));
}

TEST_F(TreeWalk, TrackedFilesAreListedWhateverIgnoresThem) {
  make_repository();
  write(".gitignore", "*.o\n/build/\n");
  for (const char* path : {"a.o", "b.o", "build/x/y", "build/x/z", "build/w"}) write(path);
  EXPECT_THAT(walked({.tracked = {"a.o", "build/x/y"}}), ElementsAre("a.o", "build/x/y"));
}

TEST_F(TreeWalk, GlobsWinOverIgnoreFilesAndTheLastOneDecides) {
  make_repository();
  write(".gitignore", "*.o\n");
  for (const char* path : {"a.c", "a.o", "src/b.c", "src/b.h", ".x.c"}) write(path);
  EXPECT_THAT(walked({.globs = {{"*.{c,o}"}}}), ElementsAre(".x.c", "a.c", "a.o", "src/b.c"));
  EXPECT_THAT(walked({.globs = {{"!*.c"}}}), ElementsAre("src/b.h"));
  EXPECT_THAT(walked({.globs = {{"*.c"}, {"!src/**"}, {"!.*"}}}), ElementsAre("a.c"));
  EXPECT_THAT(walked({.globs = {{"!/src/"}}}), ElementsAre("a.c"));
  EXPECT_THAT(walked({.globs = {{"B.C", LetterCase::folded}}}), ElementsAre("src/b.c"));
  EXPECT_THAT(walked({.globs = {{"# nothing"}, {"!*.h"}, {""}}}), ElementsAre("a.c", "src/b.c"));
  EXPECT_THROW(walked({.globs = {{"{a"}}}), Error);
}

TEST_F(TreeWalk, DepthAndSizeAreLimits) {
  for (const char* path : {"a", "d/b", "d/e/c"}) write(path);
  write("large", std::string(100, 'x'));
  EXPECT_THAT(walked({.max_file_bytes = 99, .max_depth = 2}), ElementsAre("a", "d/b"));
  EXPECT_THAT(walked({.max_depth = 1}), ElementsAre("a", "large"));
  EXPECT_THAT(walked({.max_depth = 0}), IsEmpty());
}

TEST_F(TreeWalk, LinksAreListedAndNeverFollowed) {
  write("d/file");
  std::filesystem::create_directory_symlink("..", root() / "d/loop");
  std::filesystem::create_symlink("/etc/passwd", root() / "outside");
  std::filesystem::create_symlink("nowhere", root() / "dangling");
  const TreeListing listing = list_tree(root(), {});
  EXPECT_THAT(paths(listing), ElementsAre("d/file", "d/loop", "dangling", "outside"));
  EXPECT_EQ(listing.items()[1].kind, EntryKind::link);
}

TEST_F(TreeWalk, IgnoreFilesThatAreLinksOrFifosAreNotRead) {
  make_repository();
  write("rules", "*\n");
  std::filesystem::create_symlink("rules", root() / ".gitignore");
  ASSERT_EQ(::mkfifo((root() / ".ignore").c_str(), 0600), 0);
  write("x");
  EXPECT_THAT(walked(), ElementsAre("rules", "x"));
}

TEST_F(TreeWalk, NamesThatAreNotTextArriveAsTheyAre) {
  write("caf\xE9");
  write("line\nbreak");
  EXPECT_THAT(walked(), ElementsAre("caf\xE9", "line\nbreak"));
}

TEST_F(TreeWalk, ATreeDeeperThanAPathMayBeLongIsWalkedWithFewDescriptors) {
  std::filesystem::create_directories(root());
  int at = ::open(root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::string name(50, 'd');
  constexpr int kLevels = 300;
  for (int level = 0; level < kLevels; ++level) {
    ASSERT_EQ(::mkdirat(at, name.c_str(), 0700), 0);
    ASSERT_EQ(::mkdirat(at, "other", 0700), 0);
    const int below = ::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ::close(::openat(at, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ::close(at);
    at = below;
  }
  ::close(at);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{.rlim_cur = 64, .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  const TreeListing listing = list_tree(root(), {.threads = 2});
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(listing.items().size(), kLevels);
  EXPECT_THAT(listing.report().failures, IsEmpty());
}

TEST_F(TreeWalk, ADirectoryThatCannotBeReadIsReportedAndTheRestIsListed) {
  if (::geteuid() != 0) GTEST_SKIP() << "becomes another user to be refused";
  write("closed/x");
  write("open/y");
  std::filesystem::permissions(root() / "closed", std::filesystem::perms::none);
  std::filesystem::permissions(directory_.path(), std::filesystem::perms::all);
  constexpr uid_t kNobody = 65534;
  TreeListing listing;
  // The identity of this thread only: what it walks alone is walked with it.
  std::jthread([&] {
    ::setfsuid(kNobody);
    listing = list_tree(root(), {.threads = 1});
  }).join();
  EXPECT_THAT(paths(listing), ElementsAre("open/y"));
  ASSERT_EQ(listing.report().failures.size(), 1);
  EXPECT_EQ(listing.report().failures.front().path, "closed");
  EXPECT_EQ(listing.report().failures.front().error_number, EACCES);
}

TEST_F(TreeWalk, ARootThatIsNoDirectoryIsAnError) {
  write("file");
  EXPECT_THROW(list_tree(root() / "file", {}), Error);
  EXPECT_THROW(list_tree(root() / "nothing", {}), Error);
}

TEST_F(TreeWalk, WhatIsRemovedUnderneathIsNeverFatal) {
  for (int i = 0; i < 200; ++i) write(fmt::format("d{}/e/f", i));
  write("stays/x");
  std::atomic<bool> over = false;
  std::jthread remover([&] {
    for (int i = 0; i < 200; ++i) std::filesystem::remove_all(root() / fmt::format("d{}", i));
    over = true;
  });
  do {
    const std::vector<std::string> all = walked();
    EXPECT_THAT(all, ::testing::Contains("stays/x"));
  } while (!over);
}

TEST_F(TreeWalk, EveryNumberOfThreadsListsTheSame) {
  make_repository();
  write(".gitignore", "*3\n");
  for (int i = 0; i < 500; ++i) write(fmt::format("a{}/b{}/c{}", i % 7, i % 11, i));
  const std::vector<std::string> one = paths(list_tree(root(), {.threads = 1}));
  for (const std::uint32_t threads : {2U, 8U}) EXPECT_EQ(paths(list_tree(root(), {.threads = threads})), one);
}

}  // namespace
}  // namespace tenon::fsops
