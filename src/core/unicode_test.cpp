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

}  // namespace
}  // namespace tenon
