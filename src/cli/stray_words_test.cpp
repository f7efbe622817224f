#include "cli/stray_words.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <CLI/CLI.hpp>

namespace tenon::cli {
namespace {

bool refused(const std::vector<std::string>& arguments) {
  CLI::App app("", "tenon diff");
  std::vector<std::string> names;
  int context = 0;
  bool nul = false;
  app.add_option("names", names);
  app.add_option("-C,--context", context);
  app.add_flag("-0,--null", nul);
  std::vector<std::string> backwards = arguments;
  std::ranges::reverse(backwards);
  app.parse(backwards);
  try {
    refuse_numbers_as_names(app, arguments);
  } catch (const CLI::ExtrasError&) {
    return true;
  }
  return false;
}

TEST(StrayWords, AnUnknownOptionThatLooksLikeANumberIsNoName) {
  EXPECT_TRUE(refused({"-5", "a"}));
  EXPECT_TRUE(refused({"a", "-12"}));
  EXPECT_TRUE(refused({"-5", "--", "b"}));
  EXPECT_TRUE(refused({"-5", "--", "-5"}));
}

TEST(StrayWords, NumbersAreTakenWhereTheyBelong) {
  EXPECT_FALSE(refused({"a", "--", "-5"}));
  EXPECT_FALSE(refused({"-C", "-5", "a"}));
  EXPECT_FALSE(refused({"-0", "a"}));
  EXPECT_FALSE(refused({"5", "./-5", "-C3"}));
}

TEST(StrayWords, AGroupNamesTheCommandItDoesNotHave) {
  EXPECT_NO_THROW(refuse_unknown_command("tenon fs", {}));
  EXPECT_NO_THROW(refuse_unknown_command("tenon fs", {"--help"}));
  EXPECT_THROW(refuse_unknown_command("tenon fs", {"bogus"}), CLI::ParseError);
}

}  // namespace
}  // namespace tenon::cli
