// What is read out of a reply, and what is not: the chatter around edits, and replies that need a guess.
#include "native/diff/edit/reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "native/diff/edit/invocation.h"

namespace tenon::diff::edit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kBlock = "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n";

std::vector<std::string> paths_of(const std::string& text, const std::vector<std::string>& known = {}) {
  const auto reply = parse_reply(text, known);
  std::vector<std::string> paths;
  if (!reply) return {reply.error().message};
  for (const FileEdit& file : reply->files) paths.push_back(file.path);
  return paths;
}

ReplyFailure failure_of(const std::string& text) {
  const auto reply = parse_reply(text);
  return reply ? ReplyFailure{} : reply.error();
}

TEST(Reply, TellsTheFormatByTheFirstMark) {
  EXPECT_EQ(detect_format("Sure!\n*** Begin Patch\n*** End Patch\n"), ReplyFormat::envelope);
  EXPECT_EQ(detect_format("a.md\n<<<<<<< SEARCH\n*** Begin Patch\n=======\n--- a\n+++ b\n>>>>>>> REPLACE\n"),
            ReplyFormat::search_replace);
  EXPECT_EQ(detect_format("```diff\n--- a\n+++ a\n@@\n+<<<<<<< SEARCH\n```\n"), ReplyFormat::unified_diff);
  EXPECT_EQ(detect_format("a.py\n```python\nprint()\n```\n"), ReplyFormat::whole_file);
  EXPECT_EQ(detect_format("Run this:\n```sh\nmake\n```\n"), std::nullopt);
  EXPECT_EQ(detect_format(""), std::nullopt);
}

TEST(Reply, AWholeFileMayShowADiff) {
  const std::string diff = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n";
  EXPECT_EQ(detect_format("docs/howto.md\n```markdown\n# How to\n" + diff + "```\n"), ReplyFormat::whole_file);
  EXPECT_EQ(detect_format("docs/howto.md\n````markdown\n# How to\n```diff\n" + diff + "```\n````\n"),
            ReplyFormat::whole_file);
  EXPECT_EQ(detect_format("docs/howto.md\n```markdown\n# How to\n```\n\n" + diff), ReplyFormat::unified_diff);
  EXPECT_EQ(detect_format("`src/f`:\n```diff\n" + diff + "```\n"), ReplyFormat::unified_diff);
  EXPECT_EQ(detect_format("src/f.c\n```c\n" + diff + "```\n"), ReplyFormat::unified_diff);
  EXPECT_EQ(detect_format("In `src/f.c`:\n```sh\ngit apply <<'EOF'\n" + diff + "EOF\n```\n"),
            ReplyFormat::unified_diff);
}

TEST(Reply, AGitHeaderIsTheMarkOfADiff) {
  EXPECT_EQ(detect_format("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n\na.md\n```\ntext\n```\n"),
            ReplyFormat::unified_diff);
}

TEST(Reply, NamesOfFilesAreReadInAllTheirDress) {
  for (const std::string line :
       {"src/app.py", "`src/app.py`", "**src/app.py**", "**`src/app.py`**:", "### src/app.py",
        "# src/app.py:", "// src/app.py", "Now change `src/app.py` so that it works:", "```python src/app.py",
        "src/app.py\n```python", "src/app.py\n\n```python", "```python\nsrc/app.py\n```\n```"}) {
    EXPECT_THAT(paths_of("Text.\n\n" + line + "\n" + kBlock), ElementsAre("src/app.py")) << line;
  }
}

TEST(Reply, KnownFilesCompleteNames) {
  const std::vector<std::string> known = {"src/app.py", "src/other.py", "a/same.py", "b/same.py"};
  EXPECT_THAT(paths_of("app.py\n" + kBlock, known), ElementsAre("src/app.py"));
  EXPECT_THAT(paths_of("same.py\n" + kBlock, known), ElementsAre("same.py"));
  EXPECT_THAT(paths_of("In src/other.py we change:\n" + kBlock, known), ElementsAre("src/other.py"));
}

TEST(Reply, KnownFilesDoNotBendTheNameOfANewFile) {
  EXPECT_THAT(paths_of("app.py\n<<<<<<< SEARCH\n=======\nb\n>>>>>>> REPLACE\n", {"src/app.py"}), ElementsAre("app.py"));
}

TEST(Reply, SentencesAreNoNames) {
  EXPECT_THAT(failure_of("Here is the change:\n" + kBlock).message, HasSubstr("filename is missing"));
  EXPECT_THAT(failure_of("Done.\n" + kBlock).message, HasSubstr("filename is missing"));
  EXPECT_THAT(failure_of(kBlock).message, HasSubstr("filename is missing"));
}

TEST(Reply, BlocksThatNeedAGuessAreNotRead) {
  EXPECT_THAT(failure_of("a.py\n<<<<<<< SEARCH\na\n=======\nb\n").message, HasSubstr("not closed"));
  EXPECT_THAT(failure_of("a.py\n<<<<<<< SEARCH\na\n>>>>>>> REPLACE\n").message, HasSubstr("no `=======`"));
  EXPECT_THAT(
      failure_of("a.py\n<<<<<<< SEARCH\na\n=======\nb\n<<<<<<< SEARCH\nc\n=======\nd\n>>>>>>> REPLACE\n").message,
      HasSubstr("not closed"));
  EXPECT_THAT(failure_of("a.py\n<<<<<<< SEARCH\na\n=======\nb\n=======\nc\n>>>>>>> REPLACE\n").message,
              HasSubstr("several lines"));
}

TEST(Reply, BlocksWrappedInFencesOfTheirOwnAreUnwrapped) {
  const auto reply =
      parse_reply("a.py\n<<<<<<< SEARCH\n```python\na\n```\n=======\n```python\nb\n```\n>>>>>>> REPLACE\n");
  ASSERT_TRUE(reply.has_value());
  EXPECT_THAT(old_lines(reply->files.front().hunks.front()), ElementsAre("a"));
  EXPECT_THAT(new_lines(reply->files.front().hunks.front()), ElementsAre("b"));
}

TEST(Reply, EnvelopesStandBetweenChatterAndHereDocuments) {
  const std::string envelope = "*** Begin Patch\n*** Delete File: a\n*** End Patch\n";
  EXPECT_THAT(paths_of("I will run:\n```sh\napply_patch <<'EOF'\n" + envelope + "EOF\n```\nand\n" + envelope),
              ElementsAre("a", "a"));
}

TEST(Reply, EnvelopeThatIsCutOffIsNotRead) {
  EXPECT_THAT(failure_of("*** Begin Patch\n*** Update File: a\n@@\n-a\n").message, HasSubstr("cut off"));
}

TEST(Reply, EndOfAnEnvelopeMayBeTextOfTheFile) {
  const auto reply = parse_reply("*** Begin Patch\n*** Update File: a\n@@\n *** End Patch\n-a\n+b\n*** End Patch\n");
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_THAT(old_lines(reply->files.front().hunks.front()), ElementsAre("*** End Patch", "a"));
}

TEST(Reply, EnvelopeErrorsHaveTheirLine) {
  EXPECT_EQ(failure_of("*** Begin Patch\n*** Update File: a\n*** End Patch\n").line, 2U);
  EXPECT_EQ(failure_of("text\n*** Begin Patch\n*** Update File: a\n@@\n*bad\n*** End Patch\n").line, 5U);
  EXPECT_EQ(failure_of("*** Begin Patch\n*** Rename File: a\n*** End Patch\n").line, 2U);
}

TEST(Reply, DiffWithoutNamesIsNotRead) {
  EXPECT_THAT(failure_of("```diff\n@@ -1,2 +1,2 @@\n-a\n+b\n```\n").message, HasSubstr("no file"));
}

TEST(Reply, RemovedLineThatLooksLikeAHeaderIsALine) {
  const auto reply = parse_reply("--- a/q.sql\n+++ b/q.sql\n@@\n select 1;\n--- a comment\n+-- another\n");
  ASSERT_TRUE(reply.has_value());
  EXPECT_THAT(old_lines(reply->files.front().hunks.front()), ElementsAre("select 1;", "-- a comment"));
}

TEST(Reply, WholeFilesThatNeedAGuessAreNotRead) {
  EXPECT_THAT(failure_of("a.py\n```python\nprint()\n").message, HasSubstr("not closed"));
  EXPECT_THAT(failure_of("a.py\n```python\nx = 1\n# ... rest of the code unchanged ...\n```\n").message,
              HasSubstr("leaves out"));
  EXPECT_THAT(failure_of("a.md\n```md\n# T\n```\nmake\n```\nend\n```\n").message, HasSubstr("fence too many"));
}

TEST(Reply, FenceWithALanguageInsideAFileBelongsToIt) {
  const auto reply = parse_reply("a.md\n```md\n# T\n```sh\nmake\n```\nend\n```\n");
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(reply->files.front().contents, "# T\n```sh\nmake\n```\nend\n");
}

TEST(Invocation, OnlyAPatchAndNothingElseIsOne) {
  const std::string patch = "*** Begin Patch\n*** Delete File: a\n*** End Patch\n";
  const auto kind = [](const std::string& script) { return parse_invocation({"bash", "-lc", script})->index(); };
  EXPECT_EQ(kind("apply_patch <<EOF\n" + patch + "EOF\n"), 2U);
  EXPECT_EQ(kind("cd 'x y' && apply_patch << \"EOF\"\n" + patch + "EOF"), 2U);
  EXPECT_EQ(kind(patch), 1U);
  EXPECT_EQ(kind("apply_patch <<EOF\n" + patch + "EOF\nrm -rf /"), 0U);
  EXPECT_EQ(kind("apply_patch <<EOF && make\n" + patch + "EOF"), 0U);
  EXPECT_EQ(kind("cd a && cd b && apply_patch <<EOF\n" + patch + "EOF"), 0U);
  EXPECT_EQ(kind("cd \"$HOME\" && apply_patch <<EOF\n" + patch + "EOF"), 0U);
  EXPECT_EQ(kind("cd a || apply_patch <<EOF\n" + patch + "EOF"), 0U);
  EXPECT_EQ(kind("make"), 0U);
}

TEST(Invocation, EnvelopeThatCannotBeReadIsAFailure) {
  EXPECT_FALSE(parse_invocation({"apply_patch", "*** Begin Patch\n"}).has_value());
}

}  // namespace
}  // namespace tenon::diff::edit
