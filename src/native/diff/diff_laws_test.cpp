// Laws of the line diff, on texts by chance: what it says makes one text of the other, whoever applies it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "core/json.h"
#include "native/diff/file_header.h"
#include "native/diff/testing/random_text.h"
#include "native/diff/unified.h"
#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_directory.h"

namespace tenon::diff {
namespace {

using testing::RandomText;

std::string applied(const Lines& before, const Lines& after, const Changes& changes) {
  std::string result;
  std::uint32_t line = 0;
  for (const Change& change : changes) {
    result += before.of({line, change.before.begin});
    result += after.of(change.after);
    line = change.before.end;
  }
  return result + std::string(before.of({line, before.size()}));
}

// Both sides advance alike between changes, and changes do not touch.
void expect_in_order(const Lines& before, const Lines& after, const Changes& changes) {
  LineRange last_before;
  LineRange last_after;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Change& change = changes[i];
    ASSERT_FALSE(change.before.empty() && change.after.empty());
    ASSERT_EQ(change.before.begin - last_before.end, change.after.begin - last_after.end);
    ASSERT_TRUE(i == 0 || change.before.begin > last_before.end);
    last_before = change.before;
    last_after = change.after;
  }
  ASSERT_EQ(before.size() - last_before.end, after.size() - last_after.end);
}

TEST(DiffLaws, TheChangesMakeOneTextOfTheOther) {
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    RandomText random(seed);
    const std::string old_text = random.text(1 + random.below(60));
    const std::string new_text = random.below(5) == 0 ? random.text(40) : random.edited(old_text);
    const Lines before(old_text);
    const Lines after(new_text);
    for (const Algorithm algorithm : {Algorithm::histogram, Algorithm::myers, Algorithm::minimal}) {
      for (const Sliding sliding : {Sliding::none, Sliding::to_end, Sliding::indent_heuristic}) {
        const Changes changes = diff_lines(before, after, {.algorithm = algorithm, .sliding = sliding});
        expect_in_order(before, after, changes);
        ASSERT_EQ(applied(before, after, changes), new_text) << seed;
        ASSERT_EQ(changes.empty(), old_text == new_text) << seed;
      }
    }
  }
}

std::uint64_t changed_lines(const Changes& changes) {
  const LineCounts counts = count_lines(changes);
  return counts.added + counts.removed;
}

TEST(DiffLaws, NoAlgorithmBeatsMinimal) {
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    RandomText random(seed);
    const std::string old_text = random.text(80);
    const std::string new_text = random.edited(old_text);
    const Lines before(old_text);
    const Lines after(new_text);
    const std::uint64_t least = changed_lines(diff_lines(before, after, {.algorithm = Algorithm::minimal}));
    EXPECT_LE(least, changed_lines(diff_lines(before, after, {.algorithm = Algorithm::myers}))) << seed;
    EXPECT_LE(least, changed_lines(diff_lines(before, after, {.algorithm = Algorithm::histogram}))) << seed;
  }
}

TEST(DiffLaws, WhatIsIgnoredIsTheOnlyDifferenceLeft) {
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    RandomText random(seed);
    const std::string old_text = random.text(40) + "\n";
    const std::string new_text = random.edited(old_text) + "\n";
    const Lines before(old_text);
    const Lines after(new_text);
    for (const Whitespace whitespace : {Whitespace::ignore_at_end, Whitespace::ignore_change, Whitespace::ignore_all}) {
      const Changes changes = diff_lines(before, after, {.whitespace = whitespace});
      expect_in_order(before, after, changes);
      const std::string result = applied(before, after, changes);
      const Lines made(result);
      ASSERT_EQ(made.size(), after.size()) << seed;
      for (std::uint32_t i = 0; i < made.size(); ++i) ASSERT_TRUE(same_line(made[i], after[i], whitespace)) << seed;
    }
  }
}

// Inputs on which a plain algorithm takes quadratic time. There is no clock here: the test's own time limit is the
// check.
TEST(DiffLaws, HardInputsEnd) {
  constexpr int kLines = 60'000;
  std::string numbered;
  std::string every_other;
  std::string two_kinds;
  std::string two_kinds_shifted;
  for (int i = 0; i < kLines; ++i) {
    numbered += fmt::format("line {}\n", i);
    every_other += i % 2 == 0 ? fmt::format("new {}\n", i) : fmt::format("line {}\n", i);
    two_kinds += i % 3 == 0 ? "a\n" : "b\n";
    two_kinds_shifted += i % 5 == 0 ? "a\n" : "b\n";
  }
  const std::string one_line(20'000'000, 'x');
  for (const Algorithm algorithm : {Algorithm::histogram, Algorithm::myers}) {
    const LineDiffOptions options{.algorithm = algorithm};
    EXPECT_EQ(changed_lines(diff_lines(Lines(numbered), Lines(every_other), options)), kLines);
    EXPECT_GT(changed_lines(diff_lines(Lines(two_kinds), Lines(two_kinds_shifted), options)), 0U);
    EXPECT_EQ(changed_lines(diff_lines(Lines(one_line), Lines(one_line + "y"), options)), 2U);
  }
}

void write(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Many pairs in one patch, applied by a program in a directory of the old texts.
void expect_applies(const std::string& command, Algorithm algorithm) {
  const fsops::TemporaryDirectory scratch(fsops::busy_test_directory(), "tenon-diff-laws-");
  std::map<std::string, std::string> expected;
  std::string patch;
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    RandomText random(seed * 7 + 1);
    const std::string old_text = random.text(60);
    const std::string new_text = random.edited(old_text);
    // An empty text would be a file that is to go.
    if (old_text.empty() || new_text.empty() || old_text == new_text) continue;
    const std::string name = fmt::format("file {}", seed);
    write(scratch.path() / name, old_text);
    expected[name] = new_text;
    const Lines before(old_text);
    const Lines after(new_text);
    const Changes changes = diff_lines(before, after, {.algorithm = algorithm});
    const auto hunks = group_hunks(before, after, changes, FunctionLines(), {.context = 1 + random.below(4)});
    patch += header_text({.before = {{.path = name}}, .after = {{.path = name}}}, Body::text);
    patch += unified_text(before, after, changes, hunks);
  }
  ASSERT_GT(expected.size(), 300U);
  write(scratch.path() / "patch", patch);
  const std::string run = fmt::format("cd '{}' && {} > log 2>&1", scratch.path().string(), command);
  ASSERT_EQ(std::system(run.c_str()), 0) << read(scratch.path() / "log");
  for (const auto& [name, text] : expected) EXPECT_EQ(read(scratch.path() / name), text) << name;
}

TEST(DiffLaws, GitAppliesThePatches) {
  expect_applies("git apply --whitespace=nowarn patch", Algorithm::histogram);
  expect_applies("git apply --whitespace=nowarn patch", Algorithm::myers);
}

TEST(DiffLaws, GnuPatchAppliesThePatches) {
  expect_applies("patch -p1 --fuzz=0 --binary -i patch", Algorithm::histogram);
}

}  // namespace
}  // namespace tenon::diff
