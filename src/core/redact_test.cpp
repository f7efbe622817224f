#include "core/redact.h"

#include <gtest/gtest.h>

namespace tenon {
namespace {

TEST(Redact, ByNameShapeAndValue) {
  const std::string key = std::string("sk") + "-abcdefghijklmnopqrstuvwx";
  EXPECT_EQ(redacted("api_key", boost::json::string("abc")), boost::json::string(kRedacted));
  EXPECT_EQ(redacted_text("key " + key + " end"), "key [redacted] end");
  remember_secret("hunter2-hunter2");
  EXPECT_EQ(redacted_text("it is hunter2-hunter2!"), "it is [redacted]!");
  EXPECT_EQ(redacted_text("nothing to hide"), "nothing to hide");
}

TEST(Redact, NestedMembersAreReached) {
  boost::json::value value = {{"user", {{"password", "p"}, {"name", "n"}}}};
  EXPECT_EQ(boost::json::serialize(redacted("", value)), R"({"user":{"password":"[redacted]","name":"n"}})");
}

TEST(Redact, FindingsNameTheLine) {
  const auto findings = find_secrets("a\nb\nurl = postgres://app:Wk7pQ2xTz@db/app\n");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].line, 3U);
}

TEST(Redact, PlaceholdersAreNoFindings) {
  EXPECT_TRUE(find_secrets("postgresql://user:password@host/name\npostgres://u:p@db/app\n").empty());
}

}  // namespace
}  // namespace tenon
