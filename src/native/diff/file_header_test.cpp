#include "native/diff/file_header.h"

#include <gtest/gtest.h>

namespace tenon::diff {
namespace {

TEST(FileHeader, NamesOfBothSides) {
  EXPECT_EQ(header_text({.before = {{.path = "a.c"}}, .after = {{.path = "a.c"}}}, Body::text),
            "diff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n");
}

TEST(FileHeader, AFileThatIsNewOrGone) {
  EXPECT_EQ(header_text({.after = {{.path = "x", .type = FileType::executable}}}, Body::text),
            "diff --git a/x b/x\nnew file mode 100755\n--- /dev/null\n+++ b/x\n");
  EXPECT_EQ(header_text({.before = {{.path = "x", .type = FileType::link}}}, Body::none),
            "diff --git a/x b/x\ndeleted file mode 120000\n");
}

TEST(FileHeader, ARenameWithAnotherMode) {
  EXPECT_EQ(header_text({.before = {{.path = "old name"}},
                         .after = {{.path = "new", .type = FileType::executable}},
                         .origin = Origin::renamed,
                         .similarity = 87},
                        Body::text),
            "diff --git a/old name b/new\nold mode 100644\nnew mode 100755\nsimilarity index 87%\n"
            "rename from old name\nrename to new\n--- a/old name\t\n+++ b/new\n");
}

TEST(FileHeader, AChangedLinkIsSaidToBeOne) {
  const FileName link{.path = "l", .type = FileType::link};
  EXPECT_EQ(header_text({.before = link, .after = link}, Body::text),
            "diff --git a/l b/l\nold mode 120000\nnew mode 120000\n--- a/l\n+++ b/l\n");
}

TEST(FileHeader, SpecialNamesAreQuoted) {
  EXPECT_EQ(header_text({.before = {{.path = "a\"\n"}}, .after = {{.path = "a\"\n"}}}, Body::binary),
            "diff --git \"a/a\\\"\\n\" \"b/a\\\"\\n\"\n"
            "Binary files \"a/a\\\"\\n\" and \"b/a\\\"\\n\" differ\n");
}

TEST(FileHeader, AnAbsoluteNameHasNoDoubleSlash) {
  EXPECT_EQ(header_text({.before = {{.path = "/x/y"}}, .after = {{.path = "/x/z"}}}, Body::none),
            "diff --git a/x/y b/x/z\n");
}

}  // namespace
}  // namespace tenon::diff
