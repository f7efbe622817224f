// Replies as a whole: several files, new and removed ones, paths, messages.
#include "native/diff/edit/edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "core/json.h"

namespace tenon::diff::edit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Files = std::map<std::string, FileContent>;

EditResult apply_to(const Files& files, std::string_view reply) {
  return apply_reply(reply, [&](const fsops::WorkspacePath& path) -> std::optional<FileContent> {
    const auto found = files.find(path.text());
    if (found == files.end()) return std::nullopt;
    return found->second;
  });
}

std::string block(const std::string& path, const std::string& search, const std::string& replace) {
  return path + "\n<<<<<<< SEARCH\n" + search + "=======\n" + replace + ">>>>>>> REPLACE\n";
}

std::string envelope(const std::string& body) { return "*** Begin Patch\n" + body + "*** End Patch\n"; }

std::vector<EditStatus> statuses(const EditResult& result) {
  std::vector<EditStatus> all;
  for (const EditOutcome& edit : result.edits) all.push_back(edit.status);
  return all;
}

TEST(Edit, ChangesSeveralFilesAtOnce) {
  const Files files = {{"a.txt", {.bytes = "a\n"}}, {"b.txt", {.bytes = "b\n"}}};
  const EditResult result = apply_to(
      files, envelope("*** Update File: a.txt\n@@\n-a\n+A\n*** Delete File: b.txt\n*** Add File: new/c.txt\n+c\n"));
  ASSERT_TRUE(result.ok()) << explain(result);
  EXPECT_THAT(result.changes.changes,
              ElementsAre(FileChange{.path = "a.txt", .before = FileContent{"a\n"}, .after = FileContent{"A\n"}},
                          FileChange{.path = "b.txt", .before = FileContent{"b\n"}, .after = std::nullopt},
                          FileChange{.path = "new/c.txt", .before = std::nullopt, .after = FileContent{"c\n"}}));
}

TEST(Edit, OneEditThatFailsLeavesAllFilesAlone) {
  const Files files = {{"a.txt", {.bytes = "a\n"}}, {"b.txt", {.bytes = "b\n"}}};
  const EditResult result = apply_to(files, block("a.txt", "a\n", "A\n") + block("b.txt", "x\n", "y\n"));
  EXPECT_FALSE(result.ok());
  EXPECT_THAT(result.changes.changes, IsEmpty());
  EXPECT_THAT(statuses(result), ElementsAre(EditStatus::applied, EditStatus::not_found));
}

TEST(Edit, ALineThatIsIndentedAsInTheFileIsNotShiftedWithTheOthers) {
  const Files files = {{"a.cpp", {.bytes = "class A {\n  int one();\n  int two();\n};\n"}}};
  for (const char* replace : {"  int one();\n  int three();\n", "  long one();\nint two();\n",
                              "  int one();\n  int more();\n  int two();\n"}) {
    const EditResult result = apply_to(files, block("a.cpp", "int one();\nint two();\n", replace));
    EXPECT_FALSE(result.ok()) << replace;
    EXPECT_THAT(explain(result), HasSubstr("cannot be told"));
  }
  const EditResult shifted =
      apply_to(files, block("a.cpp", "int one();\nint two();\n", "int one();\n#if X\nint two();\n#endif\n"));
  ASSERT_TRUE(shifted.ok()) << explain(shifted);
  const EditResult wrapped =
      apply_to(files, block("a.cpp", "int one();\nint two();\n", "#if X {\n  int one();\n  int two();\n}\n"));
  ASSERT_TRUE(wrapped.ok()) << explain(wrapped);
  EXPECT_EQ(wrapped.changes.changes[0].after->bytes, "class A {\n  #if X {\n    int one();\n    int two();\n  }\n};\n");
}

TEST(Edit, MovesAFileWithItsChangesAndItsMode) {
  const Files files = {{"old.sh", {.bytes = "a\n", .type = FileType::executable}}};
  const EditResult result = apply_to(files, envelope("*** Update File: old.sh\n*** Move to: bin/new.sh\n@@\n-a\n+A\n"));
  ASSERT_TRUE(result.ok()) << explain(result);
  ASSERT_EQ(result.changes.changes.size(), 2U);
  EXPECT_EQ(result.changes.changes[0].after, std::nullopt);
  EXPECT_EQ(result.changes.changes[1].path, "bin/new.sh");
  EXPECT_EQ(result.changes.changes[1].after, (FileContent{.bytes = "A\n", .type = FileType::executable}));
}

TEST(Edit, MovesOverAFileThatIsThereAndSaysSo) {
  const Files files = {{"a", {.bytes = "a\n"}}, {"b", {.bytes = "b\n"}}};
  const EditResult result = apply_to(files, envelope("*** Update File: a\n*** Move to: b\n@@\n-a\n+A\n"));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.changes.changes[1].before, FileContent{"b\n"});
  EXPECT_THAT(result.edits.front().message, HasSubstr("replaced"));
}

TEST(Edit, DoesNotMoveToAFileThatAnotherEditIsFor) {
  const Files files = {{"a", {.bytes = "a\n"}}, {"b", {.bytes = "b\n"}}};
  const EditResult result =
      apply_to(files, envelope("*** Update File: a\n*** Move to: b\n@@\n-a\n+A\n*** Update File: b\n@@\n-b\n+B\n"));
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.edits.front().status, EditStatus::overlapping);
}

TEST(Edit, RefusesTwoOpinionsAboutAWholeFile) {
  const Files files = {{"a", {.bytes = "a\n"}}};
  const EditResult result = apply_to(files, envelope("*** Delete File: a\n*** Add File: a\n+b\n"));
  EXPECT_THAT(statuses(result), ElementsAre(EditStatus::applied, EditStatus::overlapping));
  EXPECT_THAT(result.changes.changes, IsEmpty());
}

TEST(Edit, RefusesHostilePaths) {
  for (const char* path : {"../x", "/etc/passwd", "a/../../x", "C:\\x", ".git/config", "a\\..\\b", "~/x",
                           ".GIT/hooks/pre-commit", "%2e%2e/x", "a//b"}) {
    const EditResult result = apply_to({}, envelope(std::string("*** Add File: ") + path + "\n+x\n"));
    EXPECT_THAT(statuses(result), ElementsAre(EditStatus::refused)) << path;
    EXPECT_FALSE(result.ok());
    const EditResult moved =
        apply_to({{"a", {.bytes = "a\n"}}},
                 envelope(std::string("*** Update File: a\n*** Move to: ") + path + "\n@@\n-a\n+b\n"));
    EXPECT_THAT(statuses(moved), ElementsAre(EditStatus::refused)) << path;
    EXPECT_THAT(moved.changes.changes, IsEmpty());
  }
}

TEST(Edit, RefusesLinksAndBinaryFiles) {
  const Files files = {{"link", {.bytes = "/etc/passwd", .type = FileType::link}},
                       {"binary", {.bytes = std::string("a\0b\n", 4)}}};
  EXPECT_THAT(statuses(apply_to(files, block("link", "/etc/passwd\n", "x\n"))), ElementsAre(EditStatus::refused));
  EXPECT_THAT(statuses(apply_to(files, envelope("*** Delete File: link\n"))), ElementsAre(EditStatus::refused));
  EXPECT_THAT(statuses(apply_to(files, block("binary", "b\n", "x\n"))), ElementsAre(EditStatus::refused));
}

TEST(Edit, CreatesAFileFromAnEmptySearch) {
  const EditResult result = apply_to({}, block("src/new.py", "", "print()\n"));
  ASSERT_TRUE(result.ok());
  EXPECT_THAT(result.changes.changes,
              ElementsAre(FileChange{.path = "src/new.py", .before = std::nullopt, .after = FileContent{"print()\n"}}));
}

TEST(Edit, AReplyOfMillionsOfLinesFails) {
  std::string reply = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n";
  for (std::size_t i = 0; i < kMostReplyLines; ++i) reply += "+\n";
  const EditResult result = apply_reply(reply, [](const fsops::WorkspacePath&) { return std::nullopt; });
  EXPECT_EQ(result.format, ReplyFormat::unified_diff);
  ASSERT_TRUE(result.failure);
  EXPECT_THAT(result.failure->message, testing::HasSubstr("1000000 lines"));
}

TEST(Edit, CreatingTheSameFileAgainIsAlreadyApplied) {
  const EditResult result = apply_to({{"new.py", {.bytes = "print()\n"}}}, block("new.py", "", "print()\n"));
  EXPECT_THAT(statuses(result), ElementsAre(EditStatus::already_applied));
}

TEST(Edit, DiffCreatesAndRemovesFiles) {
  const Files files = {{"old.txt", {.bytes = "a\nb\n"}}};
  const EditResult result = apply_to(files,
                                     "--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1,2 @@\n+a\n+b\n"
                                     "--- a/old.txt\n+++ /dev/null\n@@ -1,9 +0,0 @@\n-a\n-b\n");
  ASSERT_TRUE(result.ok()) << explain(result);
  EXPECT_THAT(result.changes.changes,
              ElementsAre(FileChange{.path = "new.txt", .before = std::nullopt, .after = FileContent{"a\nb\n"}},
                          FileChange{.path = "old.txt", .before = FileContent{"a\nb\n"}, .after = std::nullopt}));
}

TEST(Edit, DiffDoesNotRemoveAFileWithOtherLines) {
  const EditResult result =
      apply_to({{"old.txt", {.bytes = "a\nb\nc\n"}}}, "--- a/old.txt\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n");
  EXPECT_THAT(statuses(result), ElementsAre(EditStatus::not_found));
}

TEST(Edit, DiffThatNamesTwoFilesIsNotRead) {
  const EditResult result = apply_to({{"a", {.bytes = "x\n"}}}, "--- a/a\n+++ b/b\n@@\n-x\n+y\n");
  ASSERT_TRUE(result.failure.has_value());
  EXPECT_THAT(result.failure->message, HasSubstr("two files"));
}

TEST(Edit, SameReplyTwiceIsSaidToBeApplied) {
  Files files = {{"a.py", {.bytes = "def f():\n    return 1\n"}}};
  const std::string reply = block("a.py", "def f():\n    return 1\n", "def f():\n    return 2\n");
  files["a.py"] = *apply_to(files, reply).changes.changes.front().after;
  const EditResult again = apply_to(files, reply);
  EXPECT_THAT(statuses(again), ElementsAre(EditStatus::already_applied));
  EXPECT_THAT(explain(again), HasSubstr("already applied"));
}

TEST(Edit, FailureShowsTheNearestTextWithItsNumbers) {
  const Files files = {
      {"a.py", {.bytes = "import os\n\ndef total(items):\n    return sum(item.price for item in items)\n"}}};
  const EditResult result =
      apply_to(files, block("a.py", "def total(items):\n    return sum(i.price for i in items)\n", "x\n"));
  ASSERT_TRUE(result.edits.front().closest.has_value());
  EXPECT_EQ(result.edits.front().closest->first_line, 3U);
  EXPECT_THAT(explain(result),
              HasSubstr("     3 | def total(items):\n     4 |     return sum(item.price for item in items)\n"));
  EXPECT_THAT(explain(result), HasSubstr("No file was changed."));
}

TEST(Edit, NoEditInAReplyIsSaidWithTheFormatsThereAre) {
  const EditResult result = apply_to({}, "I could not do it, sorry.\n");
  ASSERT_TRUE(result.failure.has_value());
  EXPECT_FALSE(result.format.has_value());
  EXPECT_THAT(explain(result), HasSubstr("*** Begin Patch"));
}

TEST(Edit, ReplyThatWouldChangeNothingFails) {
  const EditResult result = apply_to({{"a", {.bytes = "x\n"}}}, block("a", "x\n", "x\n"));
  EXPECT_FALSE(result.ok());
  ASSERT_TRUE(result.failure.has_value());
}

TEST(Edit, OutcomesAreJson) {
  const EditResult result = apply_to({{"a", {.bytes = "x\ny\n"}}}, block("a", "y \n", "z\n"));
  EXPECT_EQ(json::serialize(to_json(result.edits.front())),
            R"({"edit":1,"reply_line":2,"path":"a","operation":"update","status":"applied",)"
            R"("level":"trailing_whitespace","confidence":9.9E-1,"first_line":2,"last_line":2,"removed":1,"added":1,)"
            R"("candidates":[],"message":"found at line 2","hint":""})");
}

TEST(Edit, HugeReplyOfManyEditsIsResolvedAgainstOneSnapshot) {
  std::string text;
  std::string reply;
  std::string expected;
  for (int i = 0; i < 2000; ++i) {
    text += fmt::format("line {}\n", i);
    expected += i % 2 == 0 ? fmt::format("line {}\n", i + 1) : fmt::format("line {}\n", i);
    if (i % 2 == 0) reply = block("a", fmt::format("line {}\n", i), fmt::format("line {}\n", i + 1)) + reply;
  }
  const EditResult result = apply_to({{"a", {.bytes = text}}}, reply);
  ASSERT_TRUE(result.ok()) << explain(result).substr(0, 500);
  EXPECT_EQ(result.changes.changes.front().after->bytes, expected);
}

}  // namespace
}  // namespace tenon::diff::edit
