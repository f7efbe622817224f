// What models write, case by case: a file, a reply, and what must come of it. A case that fails must leave no change.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "native/diff/edit/edit.h"

namespace tenon::diff::edit {
namespace {

using enum EditStatus;
using enum MatchLevel;

constexpr std::string_view kBlockHead = "f.txt\n<<<<<<< SEARCH\n";

struct Case {
  std::string name;
  std::string file;
  std::string reply;
  std::string expected;                        // empty for a failure
  std::optional<MatchLevel> level = exact;     // of the first edit
  EditStatus status = applied;                 // of the last edit
  std::vector<std::uint32_t> candidates = {};  // of the last edit
};

// For the output of a failed test.
void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

std::string block(const std::string& search, const std::string& replace) {
  return std::string(kBlockHead) + search + "=======\n" + replace + ">>>>>>> REPLACE\n";
}

std::string update(const std::string& chunks) {
  return "*** Begin Patch\n*** Update File: f.txt\n" + chunks + "*** End Patch\n";
}

std::string diff(const std::string& hunks) { return "```diff\n--- a/f.txt\n+++ b/f.txt\n" + hunks + "```\n"; }

const std::string kTen = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";
const std::string kTenChanged = "one\ntwo\nthree\nfour\nFIVE\nsix\nseven\neight\nnine\nten\n";
const std::string kClasses =
    "class A:\n    def run(self):\n        return 1\n\nclass B:\n    def run(self):\n        return 1\n";

std::vector<Case> cases() {
  return {
      // The five usual errors of a unified diff: one hunk, its header or one line of it wrong.
      {"HeaderIsTwoLinesTooEarly", kTen, diff("@@ -1,5 +1,5 @@\n three\n four\n-five\n+FIVE\n six\n seven\n"),
       kTenChanged},
      {"HeaderIsThirteenLinesTooLate", kTen, diff("@@ -16,5 +16,5 @@\n three\n four\n-five\n+FIVE\n six\n seven\n"),
       kTenChanged},
      {"HeaderSaysLineOne", kTen, diff("@@ -1,3 +1,3 @@\n four\n-five\n+FIVE\n six\n"), kTenChanged},
      {"OneContextLineIsWrong", kTen,
       diff("@@ -2,7 +2,7 @@\n two\n three\n quatre\n-five\n+FIVE\n six\n seven\n eight\n"), kTenChanged,
       one_context_line_off},
      {"CountsAreWrong", kTen, diff("@@ -3,9 +3,2 @@\n three\n four\n-five\n+FIVE\n six\n seven\n"), kTenChanged},

      {"HeaderHasNoNumbers", kTen, diff("@@ ... @@\n-five\n+FIVE\n"), kTenChanged},
      {"HeaderIsMissing", kTen, diff(" four\n-five\n+FIVE\n six\n"), kTenChanged},
      {"ContextLineHasLostItsSpace", kTen, diff("@@\nfour\n-five\n+FIVE\nsix\n"), kTenChanged},
      {"ContextLineIsMissing", kTen, diff("@@\n two\n four\n-five\n+FIVE\n six\n seven\n"), kTenChanged,
       one_context_line_off},
      {"ContextLineIsInvented", kTen, diff("@@\n three\n between\n four\n-five\n+FIVE\n six\n seven\n"), kTenChanged,
       one_context_line_off},
      {"FirstContextLineIsWrong", kTen, diff("@@\n zwei\n three\n four\n-five\n+FIVE\n six\n"), kTenChanged,
       one_context_line_off},
      {"TwoContextLinesAreWrong", kTen, diff("@@\n zwei\n drei\n four\n-five\n+FIVE\n six\n seven\n eight\n"), "",
       std::nullopt, not_found},
      {"WrongContextWithTooLittleBesideIt", kTen, diff("@@\n vier\n-five\n+FIVE\n six\n"), "", std::nullopt, not_found},
      {"RemovedLineIsWrong", kTen, diff("@@\n three\n four\n-fife\n+FIVE\n six\n seven\n"), "", std::nullopt,
       not_found},
      {"BracketsBesideAWrongLineAreTooLittle", "start\n{\n(\nmiddle\n)\n}\nend\n",
       diff("@@\n start\n {\n wrong\n-middle\n+MIDDLE\n )\n }\n"), "", std::nullopt, not_found},
      {"WrongLineAndUnevenIndentationAreTooMuch", "def f():\n    a = 1\n    b = 2\n    c = 3\n    d = 4\n",
       diff("@@\n a = 1\n     wrong\n-    c = 3\n+    c = 4\n     d = 4\n"), "", std::nullopt, not_found},
      {"WrongContextFitsTwice",
       "a1\nb1\nc1\nd1\nx\na1\nb1\nc1\nd1\ny\n",
       diff("@@\n a1\n b1\n wrong\n-d1\n+D\n"),
       "",
       std::nullopt,
       ambiguous,
       {1, 6}},
      {"LinesToAddAtAWrongEdgeHaveNoPlace", kTen, diff("@@\n one\n two\n three\n wrong\n+new\n"), "", std::nullopt,
       not_found},
      {"MissingLineWhereLinesAreAddedHasNoPlace", kTen, diff("@@\n one\n two\n+new\n four\n five\n"), "", std::nullopt,
       not_found},
      {"StatedLineDecidesBetweenEqualPlaces", "a\nx\nb\na\nx\nc\n", diff("@@ -4,2 +4,2 @@\n a\n-x\n+X\n"),
       "a\nx\nb\na\nX\nc\n"},
      {"WrongStatedLineDecidesNothing",
       "a\nx\nb\na\nx\nc\n",
       diff("@@ -3,2 +3,2 @@\n a\n-x\n+X\n"),
       "",
       std::nullopt,
       ambiguous,
       {1, 4}},
      {"MovedHunkIsFoundByItsText", "new\nnew\nnew\n" + kTen, diff("@@ -4,3 +4,3 @@\n four\n-five\n+FIVE\n six\n"),
       "new\nnew\nnew\n" + kTenChanged},
      {"DiffWithoutFence", kTen, "Here:\n--- f.txt\n+++ f.txt\n@@ -1 +1 @@\n-one\n+ONE\n\nThat is all.\n",
       "ONE\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n"},
      {"MarkerAddsTheFinalNewline", "a\nb", diff("@@\n a\n-b\n\\ No newline at end of file\n+b\n"), "a\nb\n"},
      {"MarkerTakesTheFinalNewline", "a\nb\n", diff("@@\n a\n-b\n+b\n\\ No newline at end of file\n"), "a\nb"},

      // Whitespace.
      {"TrailingSpacesInTheFile", "a  \nb\t\nc\n", block("a\nb\n", "a\nB\n"), "a  \nB\nc\n", trailing_whitespace},
      {"TrailingSpacesInTheReply", "a\nb\nc\n", block("a  \nb \n", "a  \nB\n"), "a\nB\nc\n", trailing_whitespace},
      {"PythonBlockWrittenWithoutItsIndentation",
       "class A:\n    def f(self):\n        if x:\n            return 1\n        return 2\n",
       block("if x:\n    return 1\n", "if x:\n    log()\n    if y:\n        return 3\n"),
       "class A:\n    def f(self):\n        if x:\n            log()\n            if y:\n                return 3\n"
       "        return 2\n",
       indentation_shifted},
      {"PythonBlockWrittenTooDeep", "def f():\n    a = 1\n    b = 2\n",
       block("        a = 1\n        b = 2\n", "        a = 1\n        for c in d:\n            b = 3\n"),
       "def f():\n    a = 1\n    for c in d:\n        b = 3\n", indentation_shifted},
      {"SameTextAtTwoDepthsIsAmbiguous",
       "if a:\n    go()\nif b:\n        go()\n",
       block("go()\n", "stop()\n"),
       "",
       std::nullopt,
       ambiguous,
       {2, 4}},
      {"SpacesWrittenForTabs", "func f() {\n\tif x {\n\t\treturn 1\n\t}\n}\n",
       block("    if x {\n        return 1\n    }\n",
             "    if x {\n        for {\n            return 2\n        }\n    }\n"),
       "func f() {\n\tif x {\n\t\tfor {\n\t\t\treturn 2\n\t\t}\n\t}\n}\n", line_trimmed},
      {"TabsWrittenForSpaces", "int f() {\n    if (x) {\n        return 1;\n    }\n}\n",
       block("\tif (x) {\n\t\treturn 1;\n\t}\n", "\tif (x) {\n\t\treturn 2;\n\t}\n"),
       "int f() {\n    if (x) {\n        return 2;\n    }\n}\n", line_trimmed},
      {"LostIndentationOfLinesThatAreReplacedOneByOne", "if a:\n    b = 1\n    if c:\n        d = 1\n",
       block("b = 1\nif c:\nd = 1\n", "b = 1\nif c:\nd = 2\n"), "if a:\n    b = 1\n    if c:\n        d = 2\n",
       line_trimmed},
      {"LostIndentationOfLinesThatAreNotIsUnclear", "if a:\n    b = 1\n    if c:\n        d = 1\n",
       block("b = 1\nif c:\nd = 1\n", "b = 1\nif c:\nd = 2\ne = 3\n"), "", std::nullopt, unclear},
      {"SpuriousBlankLineBeforeTheBlock", "    line1\n    line2\n    line3\n",
       block("\n  line1\n  line2\n", "  new1\n  new2\n"), "    new1\n    new2\n    line3\n", indentation_shifted},
      {"SpacesInsideALine", "int  x   = 1;  // first\nint y;\n",
       block("int x = 1; // first\n", "int x = 2; // first\n"), "int  x   = 2;  // first\nint y;\n",
       whitespace_normalised},
      {"SpacesInsideALineTwice",
       "x  = 1\ny\nx =  1\n",
       block("x = 1\n", "x = 2\n"),
       "",
       std::nullopt,
       ambiguous,
       {1, 3}},
      {"BracketsAloneAreMatchedOnlyAsTheyAre", "a {\n  }\n", block("}\n", "};\n"), "", std::nullopt, not_found},

      // Unicode.
      {"SmartQuotesInTheFile", "say(\u201chello\u201d, \u2018you\u2019)\n",
       block("say(\"hello\", 'you')\n", "say(\"hello\", 'me')\n"), "say(\u201chello\u201d, \u2018me\u2019)\n",
       unicode_punctuation},
      {"NoBreakSpaceInTheFile",
       "price:\u00a0"
       "10 EUR\nend\n",
       block("price: 10 EUR\n", "price: 12 EUR\n"),
       "price:\u00a0"
       "12 EUR\nend\n",
       unicode_punctuation},
      {"DashesAndEllipsisInTheFile", "a \u2013 b \u2014 c\u2026 d\n", block("a - b - c... d\n", "a - b - c... e\n"),
       "a \u2013 b \u2014 c\u2026 e\n", unicode_punctuation},
      {"DashThatTheAuthorChangesIsChanged", "a - b\n", block("a - b\n", "a \u2014 b\n"), "a \u2014 b\n"},
      {"ZeroWidthSpaceInTheFile", "foo\u200b(bar)\n", block("foo(bar)\n", "foo(baz)\n"), "foo\u200b(baz)\n",
       unicode_punctuation},
      {"EllipsisIsNotCutInTwo", "a\u2026b c\n", block("a...b c\n", "a..b c\n"), "a..b c\n", unicode_punctuation},
      {"LettersAreNeverFolded", "na\u00efve\n", block("naive\n", "clever\n"), "", std::nullopt, not_found},

      // Line ends, byte order mark, final newline.
      {"CrlfFileAndLfReply", "a\r\nb\r\nc\r\n", block("b\n", "B\nB2\n"), "a\r\nB\r\nB2\r\nc\r\n"},
      {"LfFileAndCrlfReply", "a\nb\nc\n", "f.txt\r\n<<<<<<< SEARCH\r\nb\r\n=======\r\nB\r\n>>>>>>> REPLACE\r\n",
       "a\nB\nc\n"},
      {"MixedLineEnds", "a\r\nb\nc\r\n", block("b\nc\n", "B\nC\n"), "a\r\nB\nC\r\n"},
      {"ByteOrderMarkOnTheFirstLine",
       "\xEF\xBB\xBF"
       "a\nb\n",
       block("a\n", "A\n"),
       "\xEF\xBB\xBF"
       "A\nb\n"},
      {"LineAddedBeforeTheFirstStaysBehindTheMark",
       "\xEF\xBB\xBF"
       "a\nb\n",
       block("a\n", "z\na\n"),
       "\xEF\xBB\xBF"
       "z\na\nb\n"},
      {"NoFinalNewlineIsKept", "a\nb", block("b\n", "B\n"), "a\nB"},
      {"NoFinalNewlineIsKeptWhenLinesFollow", "a\nb", block("b\n", "b\nc\n"), "a\nb\nc"},
      {"EnvelopeEndsTheLastLineItWrites", "a\nb", update("@@\n a\n-b\n+B\n"), "a\nB\n"},
      {"EnvelopeLeavesALastLineItDoesNotWrite", "a\nb", update("@@\n-a\n+A\n b\n"), "A\nb"},

      // Search/replace blocks.
      {"BlocksOutOfOrder", kTen, block("nine\n", "NINE\n") + block("two\n", "TWO\n"),
       "one\nTWO\nthree\nfour\nfive\nsix\nseven\neight\nNINE\nten\n"},
      {"RepeatedText", "x\na\nx\na\nx\n", block("a\n", "b\n"), "", std::nullopt, ambiguous, {2, 4}},
      {"EmptySearchInAFileWithText", "a\n", block("", "b\n"), "", std::nullopt, file_exists},
      {"SameEditTwiceInAReply", "a\nb\n", block("a\n", "A\n") + block("a\n", "A\n"), "A\nb\n", exact, repeated},
      {"OverlappingEdits", "a\nb\nc\n", block("a\nb\n", "A\nB\n") + block("b\nc\n", "X\nC\n"), "", exact, overlapping},
      {"EditsThatShareContextOnly", "a\nb\nc\n", block("a\nb\n", "A\nb\n") + block("b\nc\n", "b\nC\n"), "A\nb\nC\n"},
      {"AlreadyApplied", "a\nB new\nc\n", block("a\nb old\n", "a\nB new\n"), "", std::nullopt, already_applied},
      {"OneLineThatStandsSomewhereIsNoProof", "one\nzwei\nthree\n", block("nope\n", "zwei\n"), "", std::nullopt,
       not_found},
      {"ABracketThatStandsSomewhereIsNoProof", "a\n}\n", diff("@@\n-foo()\n+}\n"), "", std::nullopt, not_found},
      {"InsertionAlreadyApplied", "import a\nimport b\nrun()\n", block("import a\n", "import a\nimport b\n"), "",
       std::nullopt, already_applied},
      {"ClosingTagBesideAnotherIsAdded", "<div>\n<div>\n<div>\n</div>\n</div>\n",
       diff("@@\n <div>\n </div>\n+</div>\n"), "<div>\n<div>\n<div>\n</div>\n</div>\n</div>\n"},
      {"DeletionAlreadyApplied", "first one\nthird one\n", diff("@@\n first one\n-second one\n third one\n"), "",
       std::nullopt, already_applied},
      {"MarkersOfNineCharacters", "Title\n=======\ntext\n",
       "f.txt\n<<<<<<<<< SEARCH\nTitle\n=======\n=========\nOther\n=======\n>>>>>>>>> REPLACE\n",
       "Other\n=======\ntext\n"},
      {"LinesLeftOutWithDots", "def f():\n    a()\n    b()\n    c()\n    d()\n",
       block("def f():\n    a()\n...\n    d()\n", "def f():\n    A()\n...\n    D()\n"),
       "def f():\n    A()\n    b()\n    c()\n    D()\n"},
      {"DotsAroundTextThatRepeats",
       "s()\nx()\nm()\nx()\n",
       block("s()\n...\nx()\n", "s()\n...\ny()\n"),
       "",
       std::nullopt,
       ambiguous,
       {2, 4}},
      {"DotsBeforeTextThatAlsoStandsAbove",
       "x()\ns()\nm()\nx()\n",
       block("s()\n...\nx()\n", "s()\n...\ny()\n"),
       "",
       std::nullopt,
       ambiguous,
       {1, 4}},
      {"PartOfALineIsNoLine", "let answer = 42;\n", block("answer = 42\n", "answer = 43\n"), "", std::nullopt,
       not_found},
      {"HtmlBlock", "<ul>\n  <li>one</li>\n  <li>two</li>\n</ul>\n",
       block("<li>two</li>\n", "<li>two</li>\n<li>three</li>\n"),
       "<ul>\n  <li>one</li>\n  <li>two</li>\n  <li>three</li>\n</ul>\n", indentation_shifted},
      {"MarkdownWithFencesInside", "# T\n\n```sh\nmake\n```\n", block("```sh\nmake\n```\n", "```sh\nmake test\n```\n"),
       "# T\n\n```sh\nmake test\n```\n"},
      {"CppWithBlankLinesOfSpaces", "void f() {\n  a();\n  \n  b();\n}\n",
       block("  a();\n\n  b();\n", "  a();\n\n  c();\n"), "void f() {\n  a();\n  \n  c();\n}\n", trailing_whitespace},

      // Envelopes.
      {"AnchorChoosesTheClass", kClasses,
       update("@@ class B:\n     def run(self):\n-        return 1\n+        return 2\n"),
       "class A:\n    def run(self):\n        return 1\n\nclass B:\n    def run(self):\n        return 2\n"},
      {"AnchorEndsWhereTheClassEnds", kClasses, update("@@ class A:\n-        return 1\n+        return 2\n"),
       "class A:\n    def run(self):\n        return 2\n\nclass B:\n    def run(self):\n        return 1\n"},
      {"AnchorsInsideEachOther", kClasses,
       update("@@ class B:\n@@ def run(self):\n-        return 1\n+        return 2\n"),
       "class A:\n    def run(self):\n        return 1\n\nclass B:\n    def run(self):\n        return 2\n"},
      {"AmbiguousAnchor",
       kClasses,
       update("@@ def run(self):\n-        return 1\n+        return 2\n"),
       "",
       std::nullopt,
       ambiguous,
       {3, 7}},
      {"UnknownAnchorAndLittleElse", kTen, update("@@ class Nine:\n-five\n+FIVE\n"), "", std::nullopt, not_found, {5}},
      {"ChunksInOrderTellRepeatedLinesApart", "start\nx\nmiddle\nx\n", update("@@\n-middle\n+MIDDLE\n@@\n-x\n+X\n"),
       "start\nx\nMIDDLE\nX\n"},
      {"OrderThatLeavesTwoPlacesDecidesNothing",
       "middle\nx\nb\nx\n",
       update("@@\n-middle\n+MIDDLE\n@@\n-x\n+X\n"),
       "",
       exact,
       ambiguous,
       {2, 4}},
      {"AnchorOfAFunctionInBrackets", "void f()\n{\n  a();\n}\nvoid g()\n{\n  a();\n}\n",
       update("@@ void f()\n-}\n+}  // f\n"), "void f()\n{\n  a();\n}  // f\nvoid g()\n{\n  a();\n}\n"},
      {"EndOfFileChoosesTheLast", "x\ny\nx\n", update("@@\n-x\n+X\n*** End of File\n"), "x\ny\nX\n"},
      {"EndOfFileThatIsNot", kTen, update("@@\n-five\n+FIVE\n*** End of File\n"), "", std::nullopt, not_found, {5}},
      {"LinesForTheEnd", "a\n", update("@@\n+b\n"), "a\nb\n"},
      {"NumbersInAnEnvelope", kTen, update("@@ -5,1 +5,1 @@\n-five\n+FIVE\n"), kTenChanged},

      // Whole files.
      {"WholeFile", "old\n", "f.txt\n```\nnew\nlines\n```\n", "new\nlines\n", std::nullopt},
      {"WholeFileOfCrlfWithMark",
       "\xEF\xBB\xBF"
       "old\r\nold\r\n",
       "**f.txt**\n\n```text\nnew\nlines\n```\n",
       "\xEF\xBB\xBF"
       "new\r\nlines\r\n",
       std::nullopt},
      {"WholeFileWithFences", "old\n", "````md f.txt\n# T\n```\nmake\n```\n````\n", "# T\n```\nmake\n```\n",
       std::nullopt},
      {"WholeFileThatWouldBeEmpty", "old\n", "f.txt\n```\n```\n", "", std::nullopt, unclear},
  };
}

std::optional<FileContent> read_only(const Case& one, const fsops::WorkspacePath& path) {
  if (path.text() != "f.txt") return std::nullopt;
  return FileContent{.bytes = one.file, .type = FileType::executable};
}

class EditCase : public ::testing::TestWithParam<Case> {};

TEST_P(EditCase, ComesOutAsExpected) {
  const Case& one = GetParam();
  const EditResult result =
      apply_reply(one.reply, [&](const fsops::WorkspacePath& path) { return read_only(one, path); });
  ASSERT_FALSE(result.edits.empty()) << explain(result);
  const EditOutcome& last = result.edits.back();
  EXPECT_EQ(last.status, one.status) << explain(result);
  EXPECT_EQ(last.candidates, one.candidates);
  EXPECT_EQ(result.ok(), !one.expected.empty());
  EXPECT_EQ(explain(result).empty(), result.ok());
  EXPECT_EQ(result.edits.front().level, one.level);
  if (one.expected.empty()) {
    EXPECT_TRUE(result.changes.empty());
    return;
  }
  ASSERT_EQ(result.changes.changes.size(), 1U);
  EXPECT_EQ(result.changes.changes.front().after, (FileContent{.bytes = one.expected, .type = FileType::executable}));
}

INSTANTIATE_TEST_SUITE_P(Table, EditCase, ::testing::ValuesIn(cases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace tenon::diff::edit
