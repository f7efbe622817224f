#include "core/testing/test_data.h"

#include <gtest/gtest.h>

namespace tenon::testing {
namespace {

TEST(TestData, FieldsOfTsvAreUnescaped) {
  EXPECT_EQ(tsv_fields("a\\tb\t\tc\\\\n\\n"), (std::vector<std::string>{"a\tb", "", "c\\n\n"}));
}

TEST(TestData, EveryTableThatIsThereCanBeRead) {
  if (const auto missing = missing_test_data("wildmatch.tsv")) GTEST_SKIP() << *missing;
  EXPECT_FALSE(read_tsv("wildmatch.tsv").empty());
  EXPECT_FALSE(read_jsonl("gitignore.jsonl").empty());
  EXPECT_FALSE(read_jsonl("apply/cases.jsonl").empty());
}

TEST(TestData, AFileThatIsNotThereIsNamed) {
  const auto missing = missing_test_data("no-such-table.tsv");
  ASSERT_TRUE(missing.has_value());
  EXPECT_NE(missing->find("no-such-table.tsv"), std::string::npos);
}

}  // namespace
}  // namespace tenon::testing
