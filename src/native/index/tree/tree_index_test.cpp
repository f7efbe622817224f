#include "native/index/tree/tree_index.h"

#include <gtest/gtest.h>

#include <fstream>

#include <fmt/format.h>
#include <functional>
#include <random>

#include "core/error.h"
#include "native/fsops/temporary_directory.h"

namespace tenon::index {
namespace {

namespace fs = std::filesystem;

struct Answer {
  std::vector<std::string> lines;  // path, number and text
  bool from_index = false;
  bool operator==(const Answer& other) const { return lines == other.lines; }
};

class TreeIndexTest : public ::testing::Test {
 protected:
  fsops::TemporaryDirectory place_{fs::temp_directory_path(), "index-test-"};
  fs::path root_ = place_.path() / "tree";
  fs::path home_ = place_.path() / "home";

  void SetUp() override { fs::create_directories(root_); }

  IndexedTree tree() const { return {.home = home_, .root = root_, .threads = 2, .use = IndexUse::whenever_possible}; }

  void write(const fs::path& path, std::string_view text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }

  // An hour later, when no file that was just written is one that may still change unseen.
  IndexedTree tree_seen_later() const {
    IndexedTree later = tree();
    later.clock = [] { return stamp_clock() + std::int64_t{3600} * 1'000'000'000; };
    return later;
  }

  static ResultSink collecting(Answer& answer) {
    return [&answer](FileResult&& part) {
      for (const ResultLine& line : part.lines) {
        answer.lines.push_back(fmt::format("{}:{}:{}", part.path, line.number, part.text_of(line)));
      }
      if (part.binary) answer.lines.push_back(fmt::format("{}: binary", part.path));
      return true;
    };
  }

  static SearchOptions with_numbers() { return {.line_numbers = LineNumbers::counted}; }

  Answer scanned(const LinePattern& pattern) const {
    Answer answer;
    search_tree(root_, pattern, with_numbers(), default_walk(tree()), {}, collecting(answer));
    return answer;
  }

  Answer searched(TreeIndex& index, const LinePattern& pattern, Freshness freshness) const {
    Answer answer;
    answer.from_index = index.search(pattern, with_numbers(), {}, "", freshness, collecting(answer)).has_value();
    return answer.from_index ? answer : scanned(pattern);
  }
};

LinePattern literal(const std::string& text) { return LinePattern({.patterns = {text}}); }

// Files that do not match, so that the index is worth asking.
void add_bulk(const std::function<void(const fs::path&, std::string_view)>& write) {
  for (int i = 0; i < 300; ++i) write(fmt::format("bulk/{}/{}.txt", i % 7, i), fmt::format("nothing here {}\n", i));
}

TEST_F(TreeIndexTest, AnIndexAnswersAsAScanDoes) {
  add_bulk([&](const fs::path& path, std::string_view text) { write(path, text); });
  write("a/b.txt", "one needle here\nand none\nneedle\n");
  write("a.txt", "needle");
  TreeIndex index(tree());
  EXPECT_FALSE(index.open());
  EXPECT_EQ(index.build(BuildKind::whatever_is_needed, {}), BuildOutcome::whole);
  const Answer answer = searched(index, literal("needle"), Freshness::checked);
  EXPECT_TRUE(answer.from_index);
  EXPECT_EQ(answer.lines,
            (std::vector<std::string>{"a/b.txt:1:one needle here\n", "a/b.txt:3:needle\n", "a.txt:1:needle"}));
}

TEST_F(TreeIndexTest, AWriteThatIsNotifiedIsFound) {
  add_bulk([&](const fs::path& path, std::string_view text) { write(path, text); });
  TreeIndex index(tree());
  index.build(BuildKind::whole, {});
  write("bulk/1/8.txt", "needle\n");
  index.notify("bulk/1/8.txt");
  write("new/deep/file.txt", "needle too\n");
  index.notify("new/deep/file.txt");
  EXPECT_EQ(searched(index, literal("needle"), Freshness::notified), scanned(literal("needle")));
  fs::remove(root_ / "bulk/1/8.txt");
  index.notify("bulk/1/8.txt");
  EXPECT_EQ(searched(index, literal("needle"), Freshness::notified).lines,
            (std::vector<std::string>{"new/deep/file.txt:1:needle too\n"}));
}

TEST_F(TreeIndexTest, FilesThatAWalkChoosesAreAnsweredAsByAScanOfThem) {
  add_bulk([&](const fs::path& path, std::string_view text) { write(path, text); });
  write(".ignore", "*.log\n");
  write("a/x.c", "needle\n");
  write("a/y.c", "nothing\n");
  write("a/z.log", "needle\n");
  TreeIndex index(tree_seen_later());
  index.build(BuildKind::whole, {});
  write("a/y.c", "needle");
  write(".hidden/x.c", "needle\n");
  write("b/new.c", "needle\n");
  fs::remove(root_ / "a/x.c");

  std::vector<fsops::TreeWalkOptions> walks(5, default_walk(tree()));
  walks[0].globs = {{.pattern = "*.c"}};
  walks[1].globs = {{.pattern = "!b"}};
  walks[2].hidden = fsops::HiddenEntries::listed;
  walks[3].ignore_files = fsops::IgnoreFiles::disregarded;
  walks[4].max_depth = 1;
  for (std::size_t i = 0; i < walks.size(); ++i) {
    Answer by_scan;
    search_tree(root_, literal("needle"), with_numbers(), walks[i], {}, collecting(by_scan));
    Answer by_index;
    const auto found = index.search_walked(literal("needle"), with_numbers(), {},
                                           {.below = "", .named = root_, .walk = walks[i]}, collecting(by_index));
    ASSERT_TRUE(found) << i;
    EXPECT_EQ(by_index.lines, by_scan.lines) << i;
    EXPECT_LT(found->files_searched, 50U) << i;
  }
}

TEST_F(TreeIndexTest, ADirectoryReplacedByALinkIsLeft) {
  add_bulk([&](const fs::path& path, std::string_view text) { write(path, text); });
  write("real/x.txt", "needle\n");
  TreeIndex index(tree());
  index.build(BuildKind::whole, {});
  fs::rename(root_ / "real", root_ / "other");
  fs::create_directory_symlink("other", root_ / "real");
  EXPECT_EQ(searched(index, literal("needle"), Freshness::checked).lines,
            (std::vector<std::string>{"other/x.txt:1:needle\n"}));
}

TEST_F(TreeIndexTest, ADamagedIndexIsNeverAsked) {
  add_bulk([&](const fs::path& path, std::string_view text) { write(path, text); });
  write("a.txt", "needle\n");
  std::string whole;
  fs::path segment;
  {
    TreeIndex index(tree_seen_later());
    index.build(BuildKind::whole, {});
    segment = index.store().path() / index.opened().manifest.segments.front();
    std::ifstream in(segment, std::ios::binary);
    whole.assign(std::istreambuf_iterator<char>(in), {});
  }
  for (std::size_t at = 0; at < whole.size(); at += 1 + whole.size() / 200) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    std::ofstream(segment, std::ios::binary) << damaged;
    TreeIndex index(tree_seen_later());
    index.open();
    ASSERT_EQ(searched(index, literal("needle"), Freshness::checked).lines,
              (std::vector<std::string>{"a.txt:1:needle\n"}))
        << "byte " << at;
  }
  std::ofstream(segment, std::ios::binary) << whole.substr(0, whole.size() / 2);
  TreeIndex index(tree_seen_later());
  EXPECT_FALSE(index.open());
  EXPECT_EQ(index.build(BuildKind::whatever_is_needed, {}), BuildOutcome::whole);
  EXPECT_TRUE(searched(index, literal("needle"), Freshness::checked).from_index);
}

TEST_F(TreeIndexTest, AnIgnoreFileThatAppearedIsWatchedFromThenOn) {
  add_bulk([&](const fs::path& path, std::string_view text) { write(path, text); });
  fs::create_directories(root_ / ".git");
  write("a.txt", "needle\n");
  TreeIndex index(tree_seen_later());
  index.build(BuildKind::whole, {});
  write(".gitignore", "a.txt\n");
  EXPECT_TRUE(searched(index, literal("needle"), Freshness::checked).lines.empty());
  write(".gitignore", "something else\n");
  EXPECT_EQ(searched(index, literal("needle"), Freshness::checked).lines,
            (std::vector<std::string>{"a.txt:1:needle\n"}));
}

TEST_F(TreeIndexTest, OnlyOneBuilderIsAtWork) {
  TreeIndex index(tree());
  const IndexStore::Lock lock = index.store().lock();
  EXPECT_THROW(index.build(BuildKind::whole, {}), Error);
}

TEST_F(TreeIndexTest, WhatDidNotChangeIsNotBuiltAgain) {
  add_bulk([&](const fs::path& path, std::string_view text) { write(path, text); });
  TreeIndex index(tree_seen_later());
  EXPECT_EQ(index.build(BuildKind::whatever_is_needed, {}), BuildOutcome::whole);
  write("bulk/1/1.txt", "needle\n");
  EXPECT_EQ(index.build(BuildKind::whatever_is_needed, {}), BuildOutcome::overlay);
  for (const auto& entry : fs::directory_iterator(root_ / "bulk" / "1")) fs::remove(entry.path());
  EXPECT_EQ(index.build(BuildKind::whatever_is_needed, {}), BuildOutcome::overlay);
  EXPECT_EQ(searched(index, literal("nothing"), Freshness::checked), scanned(literal("nothing")));
  for (int i = 0; i < 300; ++i) write(fmt::format("more/{}.txt", i), "more\n");
  EXPECT_EQ(index.build(BuildKind::whatever_is_needed, {}), BuildOutcome::whole);
}

TEST_F(TreeIndexTest, ATreeThatWasJustMadeIsKnownForGood) {
  add_bulk([&](const fs::path& path, std::string_view text) { write(path, text); });
  write(".gitignore", "nothing\n");
  TreeIndex index(tree());
  EXPECT_EQ(index.build(BuildKind::whatever_is_needed, {}), BuildOutcome::whole);
  EXPECT_EQ(index.build(BuildKind::whatever_is_needed, {}), BuildOutcome::unchanged);
}

// Edits of every kind, by us (told) and by others (found out), between searches of every kind.
class RandomTree {
 public:
  RandomTree(fs::path root, unsigned seed) : root_(std::move(root)), random_(seed) {}

  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

  std::string text() {
    static const std::vector<std::string> kWords = {"alpha", "beta",   "gamma", "Delta",    "eps_ilon", "zeta(1)",
                                                    " ",     "\t",     "\r",    "\xc3\xa9", "\xff",     "struct x {",
                                                    "int",   "return", ";",     "\n",       "\n",       "//"};
    std::string text;
    if (below(40) == 0) text += "\xef\xbb\xbf";
    for (std::size_t i = below(60); i > 0; --i) text += kWords[below(kWords.size())];
    if (below(40) == 0) text += '\0';
    if (below(40) == 0)
      return std::string(
          "\xff\xfe"
          "a\0l\0p\0h\0a\0\n\0",
          14);
    return text;
  }

  std::string path() { return fmt::format("{}/{}.txt", directory(), below(12)); }

  std::string directory() { return fmt::format("d{}{}", below(5), below(3) == 0 ? "/sub" : ""); }

  // The path that changed.
  std::string edit() {
    switch (below(10)) {
      case 0: {
        const std::string path = this->path();
        fs::remove(root_ / path);
        return path;
      }
      case 1: {
        const std::string from = this->path();
        const std::string to = this->path();
        std::error_code ignored;
        if (fs::exists((root_ / to).parent_path())) fs::rename(root_ / from, root_ / to, ignored);
        return to;
      }
      case 2: {
        const std::string gone = directory();
        fs::remove_all(root_ / gone);
        return gone + "/0.txt";
      }
      case 3:
        write(".gitignore", below(2) == 0 ? "*3.txt\n" : "sub/\n");
        return ".gitignore";
      default: {
        const std::string path = this->path();
        write(path, text());
        return path;
      }
    }
  }

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }

 private:
  fs::path root_;
  std::mt19937 random_;
};

TEST_F(TreeIndexTest, IndexAndScanAgreeUnderRandomEdits) {
  const std::vector<PatternOptions> patterns = {
      {.patterns = {"alpha"}},
      {.patterns = {"BETA"}, .letter_case = CaseRule::insensitive},
      {.patterns = {"eps_"}, .boundary = Boundary::word},
      {.patterns = {"zeta(1)"}, .syntax = Syntax::literal},
      {.patterns = {"(gamma|Delta).*int"}},
      {.patterns = {"struct\\s+\\w"}},
      {.patterns = {"alphabeta", "retur[mn];"}},
      {.patterns = {"^int$"}, .boundary = Boundary::line},
      {.patterns = {"\xc3\xa9\\w+"}},
      {.patterns = {"x*"}},
  };
  std::vector<LinePattern> compiled;
  for (const PatternOptions& options : patterns) compiled.emplace_back(options);
  std::size_t from_index = 0;
  for (unsigned seed = 1; seed <= 6; ++seed) {
    fs::remove_all(root_);
    fs::create_directories(root_ / ".git");
    RandomTree random(root_, seed);
    for (int i = 0; i < 60; ++i) random.write(random.path(), random.text());
    for (int i = 0; i < 40; ++i) random.write(fmt::format("bulk/{}", i), "nothing\n");
    TreeIndex index(tree());
    index.build(BuildKind::whole, {});
    for (int round = 0; round < 30; ++round) {
      const bool told = random.below(2) == 0;
      for (std::size_t i = 1 + random.below(4); i > 0; --i) {
        const std::string path = random.edit();
        if (told) index.notify(path);
      }
      if (random.below(8) == 0) index.build(BuildKind::whatever_is_needed, {});
      if (random.below(8) == 0) index.open();
      const LinePattern& pattern = compiled[random.below(compiled.size())];
      const Answer answer = searched(index, pattern, Freshness::checked);
      from_index += answer.from_index ? 1 : 0;
      ASSERT_EQ(answer.lines, scanned(pattern).lines) << "seed " << seed << ", round " << round;
    }
  }
  EXPECT_GT(from_index, 50U);
}

}  // namespace
}  // namespace tenon::index
