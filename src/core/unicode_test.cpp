#include "core/unicode.h"

#include <string>

#include <gtest/gtest.h>

namespace tenon {
namespace {

TEST(Unicode, AcceptsWellFormedAndRefusesTheRest) {
  for (const char* good : {"", "plain", "h\xC3\xA9llo", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"})
    EXPECT_TRUE(is_valid_text(good));
  for (const char* bad : {"\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\xC3", "a\x80"}) {
    EXPECT_FALSE(is_valid_text(bad));
  }
  EXPECT_FALSE(is_valid_text(std::string("a\0b", 3)));
}

TEST(Unicode, BytesThatAreNoTextBecomeOneReplacementCharacter) {
  using namespace std::string_literals;
  EXPECT_EQ(readable_text("a\xff\xfe\x80z"), "a\uFFFDz");
  EXPECT_EQ(readable_text("a\0z"s), "a\uFFFDz");
  EXPECT_EQ(readable_text("\xC3"), "\uFFFD");
  EXPECT_EQ(readable_text("gr\xC3\xBC\xC3\x9F"), "grüß");
}

}  // namespace
}  // namespace tenon
