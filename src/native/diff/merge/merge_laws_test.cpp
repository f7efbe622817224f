// What holds for every merge of files, tried on random ones, and the same bytes as `git merge-file`.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

#include "native/diff/merge/file_merge.h"
#include "native/diff/merge/testing/random_versions.h"
#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_directory.h"

namespace tenon::diff {
namespace {

using testing::LineEnds;
using testing::RandomVersions;

struct Triple {
  std::string base;
  std::string ours;
  std::string theirs;
  FileVersions versions() const { return {.base = base, .ours = ours, .theirs = theirs}; }
};

Triple random_triple(RandomVersions& random) {
  const auto ends = static_cast<LineEnds>(random.below(3));
  const std::vector<std::string> base = random.lines(20);
  return {.base = random.text(base, ends),
          .ours = random.text(random.edited(base, 6), ends),
          .theirs = random.text(random.edited(base, 6), ends)};
}

std::string label_of(std::uint32_t seed, const Triple& triple) {
  return fmt::format("seed {}\nbase:\n{}\nours:\n{}\ntheirs:\n{}\n", seed, triple.base, triple.ours, triple.theirs);
}

TEST(MergeLaws, ASideThatDidNothingLeavesTheOther) {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    RandomVersions random(seed);
    const Triple triple = random_triple(random);
    const auto& [base, x, unused] = triple;
    EXPECT_EQ(merge_file({.base = base, .ours = x, .theirs = x}).text, x) << label_of(seed, triple);
    EXPECT_EQ(merge_file({.base = base, .ours = base, .theirs = x}).text, x) << label_of(seed, triple);
    EXPECT_EQ(merge_file({.base = base, .ours = x, .theirs = base}).text, x) << label_of(seed, triple);
  }
}

TEST(MergeLaws, TheSidesMayBeExchanged) {
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    RandomVersions random(seed);
    const Triple triple = random_triple(random);
    const FileMerge one = merge_file(triple.versions());
    const FileMerge other = merge_file({.base = triple.base, .ours = triple.theirs, .theirs = triple.ours});
    EXPECT_EQ(one.clean, other.clean) << label_of(seed, triple);
    if (one.clean) EXPECT_EQ(one.text, other.text) << label_of(seed, triple);
  }
}

// The lines that the text shows between markers, put together from the ranges of the conflicts and the versions.
std::string shown(const FileConflict& conflict, const Triple& triple, ConflictStyle style) {
  const auto part = [](std::string_view text, LineRange range) {
    std::string lines(Lines(text).of(range));
    if (!lines.empty() && lines.back() != '\n') lines += '\n';
    return lines;
  };
  std::string whole = "<" + part(triple.ours, conflict.ours);
  if (style != ConflictStyle::merge) whole += "|" + part(triple.base, conflict.base);
  return whole + "=" + part(triple.theirs, conflict.theirs) + ">";
}

std::string without_carriage_returns(std::string text) {
  std::erase(text, '\r');
  return text;
}

// The same from the text, whose markers are longer than anything in it.
std::string shown(const FileMerge& merge, const FileConflict& conflict, std::size_t marker_size) {
  const Lines lines(merge.text);
  std::string whole;
  for (std::uint32_t line = conflict.marked.begin; line < conflict.marked.end; ++line) {
    const std::string_view text = lines[line];
    const bool marker = text.size() > marker_size && text.find_first_not_of(text.front()) >= marker_size &&
                        std::string_view("<|=>").contains(text.front());
    whole += marker ? std::string(1, text.front()) : std::string(text);
  }
  return whole;
}

TEST(MergeLaws, ConflictsAsDataAreTheConflictsOfTheText) {
  std::size_t conflicts = 0;
  for (std::uint32_t seed = 0; seed < 1500; ++seed) {
    RandomVersions random(seed);
    const Triple triple = random_triple(random);
    const FileMergeOptions options{.style = static_cast<ConflictStyle>(seed % 3), .marker_size = 20};
    const FileMerge merge = merge_file(triple.versions(), options);
    EXPECT_EQ(merge.clean, merge.conflicts.empty()) << label_of(seed, triple);
    for (const FileConflict& conflict : merge.conflicts) {
      ++conflicts;
      EXPECT_EQ(without_carriage_returns(shown(merge, conflict, options.marker_size)),
                without_carriage_returns(shown(conflict, triple, options.style)))
          << label_of(seed, triple) << merge.text;
    }
  }
  EXPECT_GT(conflicts, 500U);
}

TEST(MergeLaws, ConflictsAreInOrderInEveryVersion) {
  for (std::uint32_t seed = 0; seed < 1500; ++seed) {
    RandomVersions random(seed);
    const Triple triple = random_triple(random);
    const FileMerge merge = merge_file(triple.versions(), {.style = static_cast<ConflictStyle>(seed % 3)});
    for (std::size_t i = 1; i < merge.conflicts.size(); ++i) {
      EXPECT_GE(merge.conflicts[i].ours.begin, merge.conflicts[i - 1].ours.end) << label_of(seed, triple);
      EXPECT_GE(merge.conflicts[i].theirs.begin, merge.conflicts[i - 1].theirs.end) << label_of(seed, triple);
      EXPECT_GE(merge.conflicts[i].base.end, merge.conflicts[i - 1].base.end) << label_of(seed, triple);
    }
  }
}

void write(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(MergeLaws, TheTextIsThatOfGitMergeFile) {
  if (std::system("git merge-file -h >/dev/null 2>&1; test $? -eq 129") != 0) GTEST_SKIP() << "there is no git";
  const fsops::TemporaryDirectory directory(fsops::busy_test_directory(), "merge-file-");
  const std::string in_directory =
      fmt::format("cd {} && GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null ", directory.path().string());
  struct Form {
    std::string option;
    FileMergeOptions options;
  };
  const std::vector<Form> forms = {{"", {}},
                                   {"--diff3", {.style = ConflictStyle::diff3}},
                                   {"--zdiff3", {.style = ConflictStyle::zdiff3}},
                                   {"--ours", {.preference = Preference::ours}},
                                   {"--theirs", {.preference = Preference::theirs}},
                                   {"--union", {.preference = Preference::both_sides}},
                                   {"--marker-size=11", {.marker_size = 11}}};
  for (std::uint32_t seed = 0; seed < 600; ++seed) {
    RandomVersions random(seed);
    const Triple triple = random_triple(random);
    write(directory.path() / "o", triple.ours);
    write(directory.path() / "b", triple.base);
    write(directory.path() / "t", triple.theirs);
    const auto& [option, options] = forms[seed % forms.size()];
    const int status = std::system(
        fmt::format("{}git merge-file -p -q -L ours -L base -L theirs {} o b t >out", in_directory, option).c_str());
    const FileMerge merge = merge_file(triple.versions(), options);
    EXPECT_EQ(merge.clean, status == 0) << label_of(seed, triple);
    EXPECT_EQ(merge.text, read(directory.path() / "out")) << option << " " << label_of(seed, triple);
  }
}

}  // namespace
}  // namespace tenon::diff
