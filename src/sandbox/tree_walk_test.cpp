#include "sandbox/tree_walk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "native/fsops/temporary_directory.h"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;

struct World {
  fsops::TemporaryDirectory directory{fs::temp_directory_path(), "tenon-walk-"};
  fs::path root = directory.path();
  fsops::FileDescriptor opened{::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};

  std::multiset<std::string> names() const {
    std::multiset<std::string> found;
    walk_tree(opened.number(), [&](int, const char* name, const struct stat&) { found.insert(name); });
    return found;
  }
};

TEST(TreeWalk, VisitsEverythingBelowOnce) {
  const World world;
  fs::create_directories(world.root / "a/b/c");
  fs::create_directories(world.root / "d");
  std::ofstream(world.root / "a/file") << "x";
  std::ofstream(world.root / "a/b/c/deep") << "x";
  EXPECT_EQ(world.names(), (std::multiset<std::string>{"a", "b", "c", "d", "file", "deep"}));
}

TEST(TreeWalk, LinksAreVisitedAndNotFollowed) {
  const World world;
  fs::create_directory_symlink("/usr", world.root / "link");
  fs::create_directory_symlink(world.root, world.root / "loop");
  EXPECT_EQ(world.names(), (std::multiset<std::string>{"link", "loop"}));
}

TEST(TreeWalk, CanBeDoneInPortions) {
  const World world;
  for (int i = 0; i < 300; ++i) fs::create_directories(world.root / std::to_string(i) / "inner");
  int visited = 0;
  int steps = 0;
  TreeWalk walk(world.opened.number(), [&](int, const char*, const struct stat&) { ++visited; });
  while (walk.step(10)) ++steps;
  EXPECT_EQ(visited, 600);
  EXPECT_GT(steps, 2);
  EXPECT_FALSE(walk.lost());
}

TEST(TreeWalk, NoticesThatItsPlaceWasMoved) {
  const World world;
  fs::create_directories(world.root / "a/b/c");
  fs::create_directories(world.root / "elsewhere");
  bool moved = false;
  TreeWalk walk(world.opened.number(), [&](int, const char* name, const struct stat&) {
    if (std::string_view(name) != "c" || moved) return;
    fs::rename(world.root / "a/b", world.root / "elsewhere/b");
    moved = true;
  });
  while (walk.step(1)) {
  }
  EXPECT_TRUE(walk.lost());
}

TEST(TreeWalk, DirectoryThatItsOwnerLockedIsOpened) {
  const World world;
  fs::create_directories(world.root / "closed/inner");
  ASSERT_EQ(::chmod((world.root / "closed").c_str(), 0), 0);
  EXPECT_EQ(world.names(), (std::multiset<std::string>{"closed", "inner"}));
  ::chmod((world.root / "closed").c_str(), 0700);
}

}  // namespace
}  // namespace tenon::sandbox
