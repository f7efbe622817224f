// Laws that hold for all texts, and the same verdicts as the real `git apply` and GNU patch.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "native/diff/file_header.h"
#include "native/diff/hunks.h"
#include "native/diff/line_diff.h"
#include "native/diff/merge/testing/random_versions.h"
#include "native/diff/patch/applier.h"
#include "native/diff/patch/memory_tree.h"
#include "native/diff/patch/parser.h"
#include "native/diff/patch/testing/patch_directory.h"
#include "native/diff/unified.h"

namespace tenon::diff::patch {
namespace {

using diff::testing::RandomVersions;
using testing::PatchDirectory;

std::string diff_text(const std::string& before, const std::string& after, std::uint32_t context) {
  const Lines old_lines(before);
  const Lines new_lines(after);
  const Changes changes = diff_lines(old_lines, new_lines);
  if (changes.empty()) return {};
  const std::vector<diff::Hunk> hunks =
      group_hunks(old_lines, new_lines, changes, FunctionLines(), {.context = context});
  return header_text({.before = {{.path = "f"}}, .after = {{.path = "f"}}}, Body::text) +
         unified_text(old_lines, new_lines, changes, hunks);
}

std::optional<std::string> applied(const std::string& bytes, const std::string& text, const ApplyOptions& options,
                                   Patch (*direction)(Patch)) {
  const auto patch = parse_patch(text, {.counts = Counts::trusted});
  if (!patch) return std::nullopt;
  const MemoryTree tree({{"f", {.bytes = bytes}}});
  const Application application = apply_patch(direction(*patch), tree, options);
  if (!application.complete()) return std::nullopt;
  return application.changes.empty() ? bytes : application.changes.changes.at(0).after->bytes;
}

Patch forward(Patch patch) { return patch; }

TEST(PatchLaws, ADiffMakesTheOneTextOfTheOtherAndBack) {
  RandomVersions random(1);
  constexpr int kRounds = 3000;
  int changed = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto lines = random.lines(40);
    const auto ends = static_cast<diff::testing::LineEnds>(random.below(3));
    const std::string before = random.text(lines, ends);
    const std::string after = random.text(random.edited(lines, 8), ends);
    const std::uint32_t context = random.below(5);
    const std::string text = diff_text(before, after, context);
    if (text.empty()) continue;
    ++changed;
    for (const MatchPolicy policy : {MatchPolicy::nearest, MatchPolicy::certain}) {
      const ApplyOptions options{.policy = policy,
                                 .zero_context = context == 0 ? ZeroContext::accepted : ZeroContext::refused};
      ASSERT_EQ(applied(before, text, options, forward), after) << text;
      ASSERT_EQ(applied(after, text, options, reversed), before) << text;
    }
  }
  EXPECT_GT(changed, kRounds / 2);
}

struct Trial {
  std::string target;
  std::string patch;
};

// A patch, and the text that it was made for with something inserted or removed elsewhere.
std::vector<Trial> shifted_trials(std::uint32_t seed, int count) {
  RandomVersions random(seed);
  std::vector<Trial> trials;
  while (static_cast<int>(trials.size()) < count) {
    const auto lines = random.lines(40);
    const std::string before = random.text(lines, diff::testing::LineEnds::unix);
    const std::string after = random.text(random.edited(lines, 6), diff::testing::LineEnds::unix);
    std::string text = diff_text(before, after, 1 + random.below(3));
    if (text.empty()) continue;
    const auto moved = random.below(4) == 0 ? random.edited(lines, 2) : lines;
    std::string target;
    for (std::uint32_t extra = random.below(4); extra > 0; --extra) target += random.line() + "\n";
    trials.push_back({.target = target + random.text(moved, diff::testing::LineEnds::unix), .patch = std::move(text)});
  }
  return trials;
}

// Runs `command` in a directory for each trial, with the file `f` and the patch `p`; what became of `f`, nothing if the
// command failed.
std::vector<std::optional<std::string>> results_of(const std::vector<Trial>& trials, const std::string& command) {
  const PatchDirectory directory;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    directory.put(fmt::format("{}/f", i), trials[i].target);
    directory.put(fmt::format("{}/p", i), trials[i].patch);
  }
  directory.put("../script", fmt::format("unset GIT_DIR GIT_WORK_TREE\n"
                                         "export GIT_CEILING_DIRECTORIES=/\n"
                                         "for d in *; do (cd $d && {} >/dev/null 2>&1 && touch done); done\n"
                                         "true\n",
                                         command));
  EXPECT_EQ(std::system(fmt::format("cd '{}' && sh ../script", directory.root().string()).c_str()), 0);
  std::vector<std::optional<std::string>> results;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const std::string at = fmt::format("{}/", i);
    const bool worked = std::filesystem::exists(directory.root() / (at + "done"));
    results.push_back(worked ? std::optional(directory.get(at + "f")) : std::nullopt);
  }
  return results;
}

TEST(PatchLaws, TheNearestPlaceIsTheOneThatGitTakes) {
  constexpr int kTrials = 150;
  const std::vector<Trial> trials = shifted_trials(2, kTrials);
  const auto gits = results_of(trials, "git apply p");
  int worked = 0;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const ApplyOptions options{.policy = MatchPolicy::nearest, .line_ends = LineEnds::exact};
    EXPECT_EQ(applied(trials[i].target, trials[i].patch, options, forward), gits[i]) << trials[i].patch << "to:\n"
                                                                                     << trials[i].target;
    worked += gits[i] ? 1 : 0;
  }
  EXPECT_GT(worked, kTrials / 5);
  EXPECT_LT(worked, kTrials);
}

TEST(PatchLaws, ReducedContextFindsThePlaceThatGitTakes) {
  constexpr int kTrials = 100;
  const std::vector<Trial> trials = shifted_trials(3, kTrials);
  const auto gits = results_of(trials, "git apply -C1 p");
  for (std::size_t i = 0; i < trials.size(); ++i) {
    // git then takes a last line without newline for one with it, and joins it with the line that follows.
    if (trials[i].patch.contains("\n\\ No newline")) continue;
    const ApplyOptions options{.policy = MatchPolicy::nearest, .least_context = 1, .line_ends = LineEnds::exact};
    EXPECT_EQ(applied(trials[i].target, trials[i].patch, options, forward), gits[i]) << trials[i].patch;
  }
}

TEST(PatchLaws, ACertainPlaceIsTheOneThatGnuPatchTakes) {
  constexpr int kTrials = 150;
  const std::vector<Trial> trials = shifted_trials(4, kTrials);
  const auto patches = results_of(trials, "patch -s -f -F0 -p1 -i p");
  int both = 0;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const auto ours = applied(trials[i].target, trials[i].patch, {}, forward);
    if (!ours || !patches[i]) continue;
    ++both;
    EXPECT_EQ(ours, patches[i]) << trials[i].patch << "to:\n" << trials[i].target;
  }
  EXPECT_GT(both, kTrials / 5);
}

}  // namespace
}  // namespace tenon::diff::patch
