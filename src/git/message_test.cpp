#include "git/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"

namespace tenon::git {
namespace {

TEST(Message, WhatIsWrittenIsReadBack) {
  const Message message{.subject = "feat(api)!: list the menu",
                        .body = "Guests see it.\n\nNote: prices are in euros.\nAnd more.",
                        .trailers = {{.key = "Tenon-Run", .value = "run_01"},
                                     {.key = "Tenon-Requirement", .value = "R3"},
                                     {.key = "Tenon-Requirement", .value = "R4: spelled out"}}};
  EXPECT_EQ(parse_message(format_message(message)), message);
  const Message bare{.subject = "chore: tidy up", .body = "", .trailers = {}};
  EXPECT_EQ(format_message(bare), "chore: tidy up\n");
  EXPECT_EQ(parse_message(format_message(bare)), bare);
}

class RefusedSubject : public testing::TestWithParam<std::string> {};

TEST_P(RefusedSubject, Throws) {
  EXPECT_THROW(format_message({.subject = GetParam(), .body = "", .trailers = {}}), Error) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Message, RefusedSubject,
                         testing::Values("", "list the menu", "feature: x", "feat:x", "feat: ", "feat : x", "Feat: x",
                                         "feat(): x", "feat(api: x", "feat: x\ny", "feat: x\x1b[0m", "feat:  x",
                                         "feat: x ", "feat: " + std::string(67, 'x')));

TEST(Message, SubjectOf72CharactersIsAllowed) {
  std::string subject = "feat: ";
  for (int i = 0; i < 66; ++i) subject += "ü";
  EXPECT_EQ(parse_message(format_message({.subject = subject, .body = "", .trailers = {}})).subject, subject);
}

TEST(Message, BodyCannotForgeTrailers) {
  const Message forged{.subject = "fix: x", .body = "text\n\nTenon-Run: run_other", .trailers = {}};
  EXPECT_THROW(format_message(forged), Error);
  const Message shadowed{.subject = "fix: x",
                         .body = "text\n\nTenon-Run: run_other",
                         .trailers = {{.key = "Tenon-Run", .value = "run_1"}}};
  EXPECT_EQ(parse_message(format_message(shadowed)).trailers, shadowed.trailers);
}

TEST(Message, TrailersAreOneLineWithAProperKey) {
  for (const Trailer& trailer :
       std::vector<Trailer>{{"Tenon Run", "x"}, {"", "x"}, {"Key", ""}, {"Key", "a\nB: c"}, {"1a", "x"}}) {
    EXPECT_THROW(format_message({.subject = "fix: x", .body = "", .trailers = {trailer}}), Error) << trailer.key;
  }
}

TEST(Message, OtherPeoplesCommitsAreReadToo) {
  EXPECT_EQ(parse_message("").subject, "");
  EXPECT_EQ(parse_message("Merge pull request\n").subject, "Merge pull request");
  EXPECT_EQ(parse_message("a\nb\n\nc").body, "b\n\nc");
}

}  // namespace
}  // namespace tenon::git
