// The rows P12 and P13 of the list of threats: what the headers of a patch try, and what its contents do.
#include <gtest/gtest.h>

#include <string>

#include "core/error.h"
#include "native/diff/patch/applier.h"
#include "native/diff/patch/change_writer.h"
#include "native/diff/patch/parser.h"
#include "native/diff/patch/testing/patch_directory.h"
#include "native/diff/patch/workspace_tree.h"

namespace tenon::diff::patch {
namespace {

using testing::PatchDirectory;

// A harmless change that stands before the hostile one: it must not happen either.
constexpr std::string_view kHarmless =
    "diff --git a/fine.txt b/fine.txt\n--- a/fine.txt\n+++ b/fine.txt\n@@ -1 +1 @@\n-fine\n+changed\n";

// True if the patch is refused, as it is read or as it is applied.
bool is_refused(const PatchDirectory& directory, std::string text) {
  const auto patch = parse_patch(std::move(text));
  if (!patch) return true;
  const fsops::Workspace workspace = directory.workspace();
  const Application application = apply_patch(*patch, WorkspaceTree(workspace));
  EXPECT_EQ(application.complete(), !application.changes.empty());
  if (!application.complete()) return true;
  try {
    write_changes(workspace, application.changes);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::permission_denied);
    return true;
  }
  return false;
}

void expect_refused_whole(const std::string& hostile) {
  const PatchDirectory directory({{"fine.txt", "fine\n"}, {"file", "file\n"}});
  directory.put("../outside", "outside\n");
  std::filesystem::create_directory_symlink(directory.outside(), directory.root() / "link");
  const auto look = directory.look();
  EXPECT_TRUE(is_refused(directory, std::string(kHarmless) + hostile)) << hostile;
  EXPECT_EQ(directory.look(), look) << hostile;
  EXPECT_EQ(directory.get("../outside"), "outside\n") << hostile;
}

std::string creation(const std::string& name) {
  return "diff --git a/file b/file\n--- /dev/null\n+++ " + name + "\n@@ -0,0 +1 @@\n+evil\n";
}

std::string traditional(const std::string& old_name, const std::string& new_name) {
  return "--- " + old_name + "\n+++ " + new_name + "\n@@ -0,0 +1 @@\n+evil\n";
}

TEST(PatchThreats, HarmlessPatchesOfTheSameFormAreApplied) {
  const PatchDirectory directory({{"fine.txt", "fine\n"}, {"file", "file\n"}});
  EXPECT_FALSE(is_refused(directory, std::string(kHarmless) + creation("b/one") + traditional("/dev/null", "b/two")));
  EXPECT_FALSE(
      is_refused(directory, "diff --git a/file b/other\nsimilarity index 100%\nrename from file\nrename to other\n"));
  EXPECT_EQ(directory.look(),
            (std::map<std::string, std::string>{
                {"fine.txt", "changed\n"}, {"one", "evil\n"}, {"two", "evil\n"}, {"other", "file\n"}}));
}

TEST(PatchThreats, P12NamesThatLeadOutsideAreRefusedWhole) {
  for (const char* name : {"b/../../x", "b/../x", "b//etc/x", "b/a/../../x", "b/.git/config", "b/.GIT/hooks/x",
                           "b/git~1/x", "\"b/\\056\\056/x\"", "\"b/a\\000b\"", "b/link/x", "b/.git\xE2\x80\x8C/x",
                           "b/C:/x", "b/~/../x", "b/%2e%2e/x", "\"b/a\\nb\"", "b/.tenon-changes-journal"}) {
    expect_refused_whole(traditional("/dev/null", name));
    expect_refused_whole(creation(name));
  }
  expect_refused_whole("--- a/../outside\n+++ b/../outside\n@@ -1 +1 @@\n-outside\n+evil\n");
}

TEST(PatchThreats, P12RenamesAndCopiesToTheOutsideAreRefusedWhole) {
  for (const char* what : {"rename", "copy"}) {
    for (const auto& [from, to] :
         {std::pair("file", "/x"), std::pair("file", "../x"), std::pair("file", "link/x"), std::pair("../outside", "x"),
          std::pair("link/outside", "x"), std::pair("file", ".git/config")}) {
      expect_refused_whole(
          fmt::format("diff --git a/file b/other\nsimilarity index 100%\n{0} from {1}\n{0} to {2}\n", what, from, to));
    }
  }
}

TEST(PatchThreats, P12AFileBelowALinkThatThePatchMakesIsRefusedWhole) {
  const std::string link =
      "diff --git a/new b/new\nnew file mode 120000\n--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+..\n"
      "\\ No newline at end of file\n";
  const std::string below =
      "diff --git a/new/x b/new/x\nnew file mode 100644\n--- /dev/null\n+++ b/new/x\n@@ -0,0 +1 @@\n+evil\n";
  expect_refused_whole(link + below);
  expect_refused_whole(below + link);
  expect_refused_whole(
      "diff --git a/out b/out\nnew file mode 120000\n--- /dev/null\n+++ b/out\n@@ -0,0 +1 @@\n+/etc/passwd\n"
      "\\ No newline at end of file\n");
  expect_refused_whole(link);
}

TEST(PatchThreats, P12AFileBelowAFileIsRefusedWhole) {
  expect_refused_whole(
      "diff --git a/file/x b/file/x\nnew file mode 100644\n--- /dev/null\n+++ b/file/x\n@@ -0,0 +1 @@\n+evil\n");
}

TEST(PatchThreats, P12RemovingWhatIsOutsideIsRefusedWhole) {
  for (const char* name : {"../outside", "link/outside", "/etc/hostname"}) {
    expect_refused_whole(fmt::format(
        "diff --git a/{0} b/{0}\ndeleted file mode 100644\n--- a/{0}\n+++ /dev/null\n@@ -1 +0,0 @@\n-outside\n", name));
  }
}

TEST(PatchThreats, P12BothSidesNullAndContradictoryHeadersAreRefusedWhole) {
  expect_refused_whole(traditional("/dev/null", "/dev/null"));
  expect_refused_whole(
      "diff --git a/file b/file\n--- a/file\n+++ b/other\n@@ -1 +1 @@\n-file\n+evil\n"
      "diff --git a/file b/file\n--- a/file\n--- a/other\n+++ b/file\n@@ -1 +1 @@\n-file\n+evil\n");
  expect_refused_whole("diff --git a/file b/file\nnew file mode 100644\n--- a/file\n+++ b/file\n@@ -1 +1 @@\n-a\n+b\n");
  expect_refused_whole("diff --git a/file b/file\nrename from file\nrename to x\ndeleted file mode 100644\n");
  expect_refused_whole("diff --git a/dir b/dir\nnew file mode 040000\n");
  expect_refused_whole("diff --git a/sub b/sub\nnew file mode 160000\n--- /dev/null\n+++ b/sub\n@@ -0,0 +1 @@\n+x\n");
}

TEST(PatchThreats, P12ABinaryBombIsRefusedBeforeItGrows) {
  const std::string header =
      "diff --git a/bomb b/bomb\nnew file mode 100644\nindex "
      "0000000000000000000000000000000000000000..1111111111111111111111111111111111111111\nGIT binary patch\n";
  expect_refused_whole(header + "literal 99999999999999\nHc$@<O00001\n\n");
  expect_refused_whole(header + "literal 1000000000\nHc$@<O00001\n\n");
  expect_refused_whole(header + "literal 18446744073709551616\nHc$@<O00001\n\n");
  expect_refused_whole(header + "delta 5\nHc$@<O00001\n\n");
}

std::string change(std::string_view old_line, std::string_view new_line) {
  return fmt::format("--- a/file\n+++ b/file\n@@ -1,3 +1,3 @@\n one\n-{}\n+{}\n three\n", old_line, new_line);
}

Application applied(const PatchDirectory& directory, std::string text) {
  const fsops::Workspace workspace = directory.workspace();
  const Application application = apply_patch(parse_patch(std::move(text)).value(), WorkspaceTree(workspace));
  if (application.complete()) write_changes(workspace, application.changes);
  return application;
}

TEST(PatchThreats, P13TheSamePatchTwiceIsReportedAsAppliedAlready) {
  const PatchDirectory directory({{"file", "one\ntwo\nthree\n"}});
  EXPECT_TRUE(applied(directory, change("two", "2")).complete());
  const Application again = applied(directory, change("two", "2"));
  ASSERT_EQ(again.files.size(), 1U);
  EXPECT_FALSE(again.complete());
  EXPECT_TRUE(again.files[0].hunks.at(0).already_applied);
  EXPECT_EQ(directory.get("file"), "one\n2\nthree\n");
}

TEST(PatchThreats, P13HunksThatOverlapAreRefused) {
  const PatchDirectory directory({{"file", "one\ntwo\nthree\nfour\n"}});
  const std::string twice = change("two", "2") + "@@ -1,3 +1,3 @@\n one\n-2\n+zwei\n three\n";
  EXPECT_FALSE(applied(directory, twice).complete());
  EXPECT_EQ(directory.get("file"), "one\ntwo\nthree\nfour\n");
}

TEST(PatchThreats, P13AReversedPatchUndoesExactly) {
  const PatchDirectory directory({{"file", "one\r\ntwo\r\nthree"}});
  const fsops::Workspace workspace = directory.workspace();
  const Patch patch = parse_patch(
                          "--- a/file\n+++ b/file\n@@ -1,3 +1,3 @@\n one\r\n-two\r\n+2\r\n three\n"
                          "\\ No newline at end of file\n")
                          .value();
  write_changes(workspace, apply_patch(patch, WorkspaceTree(workspace)).changes);
  EXPECT_EQ(directory.get("file"), "one\r\n2\r\nthree");
  write_changes(workspace, apply_patch(reversed(patch), WorkspaceTree(workspace)).changes);
  EXPECT_EQ(directory.get("file"), "one\r\ntwo\r\nthree");
}

TEST(PatchThreats, P13BytesThatArePartOfNoChangeAreKept) {
  struct Case {
    std::string before;
    std::string after;
  };
  const std::vector<Case> cases = {
      {"one\r\ntwo\r\nthree\r\n", "one\r\n2\r\nthree\r\n"},
      {"\xEF\xBB\xBFone\ntwo\nthree\n", "\xEF\xBB\xBFone\n2\nthree\n"},
      {"\xEF\xBB\xBFone\r\ntwo\r\nthree\r\n", "\xEF\xBB\xBFone\r\n2\r\nthree\r\n"},
      {std::string("one\ntwo\nthree\nrest\0\xFF\r", 21), std::string("one\n2\nthree\nrest\0\xFF\r", 19)},
      {"one\ntwo\nthree\nlast", "one\n2\nthree\nlast"},
  };
  for (const Case& row : cases) {
    const PatchDirectory directory({{"file", row.before}});
    EXPECT_TRUE(applied(directory, change("two", "2")).complete()) << row.before;
    EXPECT_EQ(directory.get("file"), row.after);
  }
}

TEST(PatchThreats, P13APatchForOtherBinaryContentsIsRefused) {
  const PatchDirectory directory({{"f", "something else\n"}});
  const std::string text =
      "diff --git a/f b/f\nindex 9daeafb9864cf43055ae93beb0afd6c7d144bfa4..257cc5642cb1a054f08cc83f2d943e56fd3ebe99 "
      "100644\nGIT binary patch\nliteral 4\nLcmYdf&M{#C0S5p8\n\nliteral 5\nMcmYdfFG^uy00pD~\n\n";
  EXPECT_TRUE(is_refused(directory, text));
  EXPECT_EQ(directory.get("f"), "something else\n");
}

TEST(PatchThreats, P7ADirectoryOrFifoInThePlaceOfAFileIsRefused) {
  const PatchDirectory directory({{"dir/inside", "x\n"}});
  ASSERT_EQ(::mkfifo((directory.root() / "fifo").c_str(), 0600), 0);
  for (const char* name : {"dir", "fifo"}) {
    EXPECT_TRUE(is_refused(directory, fmt::format("--- a/{0}\n+++ b/{0}\n@@ -1 +1 @@\n-a\n+b\n", name)));
  }
}

}  // namespace
}  // namespace tenon::diff::patch
