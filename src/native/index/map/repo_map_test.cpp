#include "native/index/map/repo_map.h"

#include <sys/stat.h>

#include <gmock/gmock.h>

#include <fstream>

#include "native/fsops/temporary_directory.h"
#include "native/index/map/mention_graph.h"

namespace tenon::index {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class RepoMapTest : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root() / path).parent_path());
    std::ofstream(root() / path, std::ios::binary) << text;
    for (MapSource& source : sources_) {
      if (source.path == path) return stamp(source, text.size());
    }
    sources_.push_back({.path = path});
    stamp(sources_.back(), text.size());
    std::ranges::sort(sources_, {}, &MapSource::path);
  }

  // A time of change of long ago, another for each write, so that nothing is near to now.
  void stamp(MapSource& source, std::size_t size) {
    source.size = size;
    source.changed_ns = ++clock_;
  }

  std::filesystem::path root() const { return directory_.path() / "tree"; }
  std::filesystem::path cache() const { return directory_.path() / "cache"; }

  fsops::TemporaryDirectory directory_{std::filesystem::temp_directory_path(), "tenon-map-"};
  std::vector<MapSource> sources_;
  std::int64_t clock_ = 0;
};

void write_small_tree(const std::function<void(const std::string&, const std::string&)>& write) {
  write("core.py", "class Engine:\n    def start_engine(self):\n        pass\n\ndef helper():\n    pass\n");
  write("one.py", "from core import Engine\ndef first():\n    Engine().start_engine()\n");
  write("two.py", "from core import Engine\ndef second():\n    Engine()\n    first()\n");
  write("lonely.py", "def nobody_uses():\n    pass\n");
}

TEST_F(RepoMapTest, ShowsWhatIsUsedMostFirst) {
  write_small_tree([this](const auto& path, const auto& text) { write(path, text); });
  RepoMap map(root(), {.threads = 2});
  EXPECT_EQ(map.refresh(sources_).scanned, 4U);
  const RenderedMap rendered = map.render({});
  ASSERT_FALSE(rendered.entries.empty());
  EXPECT_EQ(rendered.entries[0].path, "core.py");
  EXPECT_THAT(rendered.text, HasSubstr("core.py\n    1  class Engine:\n    2    def start_engine(self):\n"));
}

TEST_F(RepoMapTest, NamesOfOtherLanguagesAreNoMentions) {
  write("Box.java", "class Box { int unpack() { return 1; } }\n");
  write("box.cpp", "int unpack() { return 2; }\n");
  for (const char* user : {"a.cpp", "b.cpp", "c.h"}) write(user, "int use() { return unpack() + unpack(); }\n");
  RepoMap map(root(), {});
  map.refresh(sources_);
  const RenderedMap rendered = map.render({.budget = 10});
  EXPECT_THAT(rendered.entries, Contains(AllOf(Field(&MapEntry::name, "unpack"), Field(&MapEntry::path, "box.cpp"))));
  EXPECT_THAT(rendered.entries, Each(Field(&MapEntry::path, Not("Box.java"))));
}

TEST_F(RepoMapTest, TestsComeBehindTheCodeUnlessAskedFor) {
  write("engine.py", "def start_engine():\n    pass\n");
  write("tests/world.py", "def build_world():\n    pass\n");
  write("tests/test_one.py", "build_world()\nbuild_world()\nstart_engine()\n");
  write("tests/test_two.py", "build_world()\nbuild_world()\n");
  RepoMap map(root(), {});
  map.refresh(sources_);
  EXPECT_EQ(map.render({}).entries[0].name, "start_engine");
  EXPECT_EQ(map.render({.mentions = {"world"}}).entries[0].name, "build_world");
}

TEST_F(RepoMapTest, FilesInFocusAreNotShownButWhatTheyUseIs) {
  write_small_tree([this](const auto& path, const auto& text) { write(path, text); });
  RepoMap map(root(), {});
  map.refresh(sources_);
  const RenderedMap rendered = map.render({.focus = {"two.py"}});
  EXPECT_THAT(rendered.entries, Each(Field(&MapEntry::path, Not("two.py"))));
  EXPECT_THAT(rendered.entries, Contains(AllOf(Field(&MapEntry::name, "first"), Field(&MapEntry::path, "one.py"))));
}

TEST_F(RepoMapTest, MentionsRaiseNamesAndFiles) {
  write_small_tree([this](const auto& path, const auto& text) { write(path, text); });
  RepoMap map(root(), {});
  map.refresh(sources_);
  const auto rank_of = [&](const RenderedMap& rendered, std::string_view name) {
    for (const MapEntry& entry : rendered.entries) {
      if (entry.name == name) return entry.rank;
    }
    return 0.0;
  };
  EXPECT_GT(rank_of(map.render({.mentions = {"first"}}), "first"), rank_of(map.render({}), "first"));
  EXPECT_GT(rank_of(map.render({.mentions = {"lonely"}}), "nobody_uses"), rank_of(map.render({}), "nobody_uses"));
}

TEST_F(RepoMapTest, ReadsOnlyChangedFilesAgain) {
  write_small_tree([this](const auto& path, const auto& text) { write(path, text); });
  RepoMap map(root(), {});
  map.refresh(sources_);
  EXPECT_EQ(map.refresh(sources_).scanned, 0U);
  write("two.py", "def third():\n    helper()\n");
  EXPECT_EQ(map.refresh(sources_).scanned, 1U);
  const RenderedMap rendered = map.render({});
  EXPECT_THAT(rendered.text, HasSubstr("def third():"));
  EXPECT_THAT(rendered.text, Not(HasSubstr("def second():")));
}

TEST_F(RepoMapTest, ATouchedFileWithTheSameContentIsNotScanned) {
  write("a.py", "def a():\n    pass\n");
  RepoMap map(root(), {});
  map.refresh(sources_);
  write("a.py", "def a():\n    pass\n");
  EXPECT_EQ(map.refresh(sources_).scanned, 0U);
  EXPECT_THAT(map.render({}).text, HasSubstr("def a():"));
}

TEST_F(RepoMapTest, ForgetsRemovedFilesAndReportsUnreadableOnes) {
  write_small_tree([this](const auto& path, const auto& text) { write(path, text); });
  RepoMap map(root(), {});
  map.refresh(sources_);
  std::filesystem::remove(root() / "one.py");
  std::filesystem::create_symlink("core.py", root() / "link.py");
  sources_.insert(sources_.begin() + 1, {.path = "link.py", .size = 1, .changed_ns = ++clock_});
  for (MapSource& source : sources_) source.changed_ns = ++clock_;
  const MapRefresh refreshed = map.refresh(sources_);
  EXPECT_EQ(refreshed.unreadable, 2U);
  EXPECT_THAT(map.render({}).text, Not(HasSubstr("one.py")));
}

TEST_F(RepoMapTest, KeepsTheBudget) {
  for (int file = 0; file < 60; ++file) {
    std::string text;
    for (int i = 0; i < 30; ++i)
      text += fmt::format("def function_{}_{}(argument, another={}):\n    function_{}_{}()\n", file, i, i,
                          (file * 7 + i) % 60, i);
    write(fmt::format("package/module_{:02}.py", file), text);
  }
  RepoMap map(root(), {.threads = 2});
  map.refresh(sources_);
  for (const std::uint32_t budget : {200U, 500U, 1'000U, 2'000U, 4'000U, 8'000U}) {
    const RenderedMap rendered = map.render({.budget = budget});
    EXPECT_GE(rendered.tokens, budget * 0.85) << budget;
    EXPECT_LE(rendered.tokens, budget * 1.15) << budget;
    EXPECT_EQ(rendered.tokens, (rendered.text.size() + 3) / 4);
  }
}

TEST_F(RepoMapTest, TheCacheGivesTheSameMap) {
  write_small_tree([this](const auto& path, const auto& text) { write(path, text); });
  RepoMap map(root(), {});
  map.refresh(sources_);
  map.save(cache());
  RepoMap again(root(), {});
  ASSERT_TRUE(again.load(cache()));
  EXPECT_EQ(again.refresh(sources_).scanned, 0U);
  EXPECT_EQ(again.render({}).text, map.render({}).text);
}

TEST_F(RepoMapTest, ADamagedCacheIsNotUsed) {
  write_small_tree([this](const auto& path, const auto& text) { write(path, text); });
  RepoMap map(root(), {});
  map.refresh(sources_);
  map.save(cache());
  std::ifstream in(cache(), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  RepoMap other(root(), {});
  for (std::size_t i = 0; i < bytes.size(); i += 7) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
    std::ofstream(cache(), std::ios::binary) << damaged;
    EXPECT_FALSE(other.load(cache())) << i;
    std::ofstream(cache(), std::ios::binary) << bytes.substr(0, i);
    EXPECT_FALSE(other.load(cache())) << i;
  }
  EXPECT_FALSE(other.load(directory_.path() / "none"));
}

TEST_F(RepoMapTest, TheCacheOfAnotherTreeIsNotUsed) {
  write("a.py", "def a():\n    pass\n");
  RepoMap map(root(), {});
  map.refresh(sources_);
  map.save(cache());
  RepoMap other(directory_.path(), {});
  EXPECT_FALSE(other.load(cache()));
}

TEST(MentionGraph, WeighsNames) {
  EXPECT_FLOAT_EQ(name_weight("run", 1), 1);
  EXPECT_FLOAT_EQ(name_weight("read_file", 1), 10);
  EXPECT_FLOAT_EQ(name_weight("readFile", 5), 10);
  EXPECT_FLOAT_EQ(name_weight("readFile", 6), 1);
  EXPECT_FLOAT_EQ(name_weight("_private_name", 1), 1);
  EXPECT_FLOAT_EQ(name_weight("_x", 9), 0.01F);
  EXPECT_FLOAT_EQ(name_weight("lowercase", 1), 1);
}

}  // namespace
}  // namespace tenon::index
