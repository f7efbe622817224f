// What authors get wrong in unified diffs although they mean one place.
#include <gtest/gtest.h>

#include <string>

#include "native/diff/patch/applier.h"
#include "native/diff/patch/memory_tree.h"
#include "native/diff/patch/parser.h"

namespace tenon::diff::patch {
namespace {

std::string numbered_lines(int from, int to) {
  std::string text;
  for (int line = from; line <= to; ++line) text += fmt::format("line {}\n", line);
  return text;
}

std::string before() { return numbered_lines(1, 60); }
std::string after() { return numbered_lines(1, 29) + "changed\nadded\n" + numbered_lines(31, 60); }

// The change of line 30, below the header given.
std::string with_header(const std::string& header) {
  return "--- a/f\n+++ b/f\n" + header + "\n line 28\n line 29\n-line 30\n+changed\n+added\n line 31\n line 32\n";
}

Application apply_to(const std::string& bytes, const std::string& text, const ApplyOptions& options = {}) {
  const MemoryTree tree({{"f", {.bytes = bytes}}});
  const auto patch = parse_patch(text);
  EXPECT_TRUE(patch) << text;
  return patch ? apply_patch(*patch, tree, options) : Application{};
}

void expect_result(const Application& application, const std::string& expected) {
  ASSERT_TRUE(application.complete());
  ASSERT_EQ(application.changes.changes.size(), 1U);
  EXPECT_EQ(application.changes.changes[0].after->bytes, expected);
}

TEST(ModelErrors, RightNumbersApplyWithoutOffset) {
  const Application application = apply_to(before(), with_header("@@ -28,5 +28,6 @@"));
  expect_result(application, after());
  EXPECT_EQ(application.files[0].hunks[0].offset, 0);
  EXPECT_FALSE(application.files[0].hunks[0].recounted);
}

TEST(ModelErrors, ASingleLineThatStandsElsewhereIsNoProofThatAHunkIsApplied) {
  const auto hunk_of = [](const char* header) {
    return apply_to("one\nzwei\nthree\n", fmt::format("--- a/f\n+++ b/f\n{}\n-nope\n+zwei\n", header))
        .files.at(0)
        .hunks.at(0);
  };
  EXPECT_FALSE(hunk_of("@@ -3 +3 @@").already_applied);
  EXPECT_TRUE(hunk_of("@@ -2 +2 @@").already_applied);
}

TEST(ModelErrors, WrongLineNumbersAreFoundAndToldAsOffset) {
  for (const auto& [header, offset] : {std::pair("@@ -26,5 +26,6 @@", 2), std::pair("@@ -41,5 +41,6 @@", -13),
                                       std::pair("@@ -1,5 +1,6 @@", 27), std::pair("@@ -900,5 +900,6 @@", -872)}) {
    const Application application = apply_to(before(), with_header(header));
    expect_result(application, after());
    EXPECT_EQ(application.files[0].hunks[0].offset, offset) << header;
    EXPECT_EQ(application.files[0].hunks[0].line, 28U) << header;
  }
}

TEST(ModelErrors, WrongCountsAreCorrectedAndTold) {
  for (const char* header :
       {"@@ -28,9 +28,9 @@", "@@ -28,2 +28,2 @@", "@@ -28 +28 @@", "@@ -28,0 +28,0 @@", "@@ -28,5 +28,5 @@ def f():"}) {
    const Application application = apply_to(before(), with_header(header));
    expect_result(application, after());
    EXPECT_TRUE(application.files[0].hunks[0].recounted) << header;
  }
}

TEST(ModelErrors, WrongCountsOfSeveralHunksAndFilesAreCorrected) {
  const std::string hunks =
      "--- a/f\n+++ b/f\n@@ -1,9 +1,9 @@\n line 1\n-line 2\n+two\n line 3\n"
      "@@ -50,1 +50,1 @@\n line 49\n-line 50\n+fifty\n line 51\n\n";
  const std::string other = "--- /dev/null\n+++ b/g\n@@ -0,0 +1,7 @@\n+new\n+-- dashes\n";
  const MemoryTree tree({{"f", {.bytes = before()}}});
  const auto patch = parse_patch(hunks + other);
  ASSERT_TRUE(patch);
  const Application application = apply_patch(*patch, tree);
  ASSERT_TRUE(application.complete());
  EXPECT_EQ(application.changes.changes[0].after->bytes,
            "line 1\ntwo\n" + numbered_lines(3, 49) + "fifty\n" + numbered_lines(51, 60));
  EXPECT_EQ(application.changes.changes[1].after->bytes, "new\n-- dashes\n");
}

TEST(ModelErrors, ALastLineWithoutItsEndAndAFenceBehindAreNoPartOfTheHunk) {
  std::string text = with_header("@@ -28,5 +28,6 @@");
  text.pop_back();
  expect_result(apply_to(before(), text), after());
  expect_result(apply_to(before(), "```diff\n" + with_header("@@ -28,9 +28,9 @@") + "```\n"), after());
}

TEST(ModelErrors, ContextLinesThatLostTheirSpaceAreContext) {
  const std::string text = "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n one\n\n-two\n+2\n";
  expect_result(apply_to("one\n\ntwo\n", text), "one\n\n2\n");
}

TEST(ModelErrors, APlaceThatIsNotCertainIsRefusedWithAllCandidates) {
  const std::string block = "if (x) {\n  stop();\n}\n";
  const std::string file = block + "one\n" + block + "two\n" + block;
  const std::string text = "--- a/f\n+++ b/f\n@@ -3,3 +3,3 @@\n if (x) {\n-  stop();\n+  go();\n }\n";
  const Application application = apply_to(file, text);
  EXPECT_FALSE(application.complete());
  EXPECT_TRUE(application.changes.empty());
  EXPECT_EQ(application.files[0].hunks[0].candidates, (std::vector<std::uint32_t>{1, 5, 9}));
  const Application nearest = apply_to(file, text, {.policy = MatchPolicy::nearest});
  EXPECT_TRUE(nearest.complete());
}

TEST(ModelErrors, AnExactLineNumberDecidesBetweenEqualPlaces) {
  const std::string block = "if (x) {\n  stop();\n}\n";
  const std::string text = "--- a/f\n+++ b/f\n@@ -4,3 +4,3 @@\n if (x) {\n-  stop();\n+  go();\n }\n";
  expect_result(apply_to(block + block + block, text), block + "if (x) {\n  go();\n}\n" + block);
}

TEST(ModelErrors, ContextThatTheCountsLeaveOutIsNotNeeded) {
  expect_result(apply_to(before(), with_header("@@ -28,4 +28,5 @@")), after());
}

TEST(ModelErrors, TheOffsetOfTheHunkBeforeDecidesBetweenEqualPlaces) {
  const std::string block = "{\n  stop();\n}\n";
  const std::string text =
      "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-head\n+HEAD\n {\n@@ -4,4 +4,4 @@\n }\n {\n-  stop();\n+  go();\n }\n";
  const Application application = apply_to("x\ny\nz\nhead\n" + block + block + block, text);
  expect_result(application, "x\ny\nz\nHEAD\n" + block + "{\n  go();\n}\n" + block);
  EXPECT_EQ(application.files[0].hunks.at(1).offset, 3);
}

// The first hunk is two lines off; the second fits where it says, and two lines further.
constexpr const char* kFirstIsOff = "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n one\n-two\n+TWO\n";
constexpr const char* kShifted = "new\nnew\none\ntwo\n\nx\n\n";

TEST(ModelErrors, TwoLineNumbersThatSpeakForTwoPlacesAreRefused) {
  const Application application = apply_to(kShifted, std::string(kFirstIsOff) + "@@ -5 +5,2 @@\n+above\n \n");
  EXPECT_TRUE(application.changes.empty());
  EXPECT_EQ(application.files[0].hunks[1].candidates, (std::vector<std::uint32_t>{5, 7}));
}

TEST(ModelErrors, OfTwoNumberedPlacesAHunkWithoutContextBelowTakesTheEnd) {
  const Application application = apply_to(kShifted, std::string(kFirstIsOff) + "@@ -5 +5,2 @@\n \n+end\n");
  expect_result(application, "new\nnew\none\nTWO\n\nx\n\nend\n");
}

TEST(ModelErrors, ATrustedNumberIsNotShifted) {
  const Application application =
      apply_to(kShifted, std::string(kFirstIsOff) + "@@ -5,0 +6 @@\n+here\n", {.zero_context = ZeroContext::accepted});
  expect_result(application, "new\nnew\none\nTWO\n\nhere\nx\n\n");
}

TEST(ModelErrors, ABlankLastLineThatTheHeaderCountsBelongsToTheHunk) {
  const MemoryTree tree({{"f", {.bytes = "a\nb\n\nc\n"}}});
  const auto patch = parse_patch("--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@\n a\n b\n+B\n\n", {.counts = Counts::ignored});
  ASSERT_TRUE(patch);
  EXPECT_EQ(patch->files[0].hunks[0].old_count, 3U);
  expect_result(apply_patch(*patch, tree), "a\nb\nB\n\nc\n");
}

TEST(ModelErrors, AHunkWithoutLineNumbersIsNeverPassedOver) {
  const std::string first = with_header("@@ -28,5 +28,6 @@");
  for (const char* more : {"@@ ... @@\n line 50\n-line 51\n", "@@\n-line 51\n", "--- a/g\n+++ b/g\n@@\n-x\n+y\n",
                           "--- a/g\n+++ b/g\n-x\n+y\n", "\n--- a/g\n+++ b/g\n@@ def f(): @@\n-x\n+y\n"}) {
    const auto patch = parse_patch(first + more);
    ASSERT_FALSE(patch) << more;
    EXPECT_GT(patch.error().line, 9U) << more;
  }
}

TEST(ModelErrors, AHunkWithoutContextIsRefusedUnlessItsNumberIsTrusted) {
  const std::string text = "--- a/f\n+++ b/f\n@@ -5,0 +6 @@\n+new\n";
  EXPECT_FALSE(apply_to(before(), text).complete());
  const Application trusted = apply_to(before(), text, {.zero_context = ZeroContext::accepted});
  expect_result(trusted, numbered_lines(1, 5) + "new\n" + numbered_lines(6, 60));
}

TEST(ModelErrors, AWrongContextLineIsRefusedHere) {
  std::string text = with_header("@@ -28,5 +28,6 @@");
  text.replace(text.find("line 29"), 7, "line xx");
  const Application application = apply_to(before(), text);
  EXPECT_FALSE(application.complete());
  EXPECT_EQ(application.files[0].hunks[0].problem, "its lines are not in the file");
}

TEST(ModelErrors, APatchWithOtherLineEndsThanItsFileKeepsThoseOfTheFile) {
  const auto crlf = [](std::string text) {
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, "\r");
    return text;
  };
  expect_result(apply_to(crlf(before()), with_header("@@ -28,5 +28,6 @@")), crlf(after()));
  expect_result(apply_to(before(), crlf(with_header("@@ -28,5 +28,6 @@"))), after());
  expect_result(apply_to(crlf(before()), crlf(with_header("@@ -28,5 +28,6 @@"))), crlf(after()));
}

TEST(ModelErrors, APatchThatConvertsLineEndsDoesSo) {
  const std::string text = "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-one\r\n-two\r\n+one\n+two\n";
  expect_result(apply_to("one\r\ntwo\r\n", text), "one\ntwo\n");
}

TEST(ModelErrors, ErrorsOfThePatchNameItsLine) {
  const auto patch = parse_patch("text\n--- a/f\n+++ b/f\n@@ -x,1 +1 @@\n-a\n+b\n");
  ASSERT_FALSE(patch);
  EXPECT_EQ(patch.error().line, 4U);
}

}  // namespace
}  // namespace tenon::diff::patch
