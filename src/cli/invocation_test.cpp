#include "cli/invocation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::cli {
namespace {

TEST(Invocation, BuildWithItsOptions) {
  const Parsed parsed = parse({"build", "a shop", "--yes", "--no-serve", "--stack", "fastapi-web", "--json"});
  ASSERT_TRUE(parsed.invocation);
  EXPECT_EQ(parsed.invocation->command, Command::build);
  EXPECT_EQ(parsed.invocation->goal, "a shop");
  EXPECT_TRUE(parsed.invocation->take_suggestions);
  EXPECT_FALSE(parsed.invocation->serve);
  EXPECT_TRUE(parsed.invocation->json);
}

TEST(Invocation, ExecTakesEverythingAfterTheDashes) {
  const Parsed parsed = parse({"exec", "--workspace", "/w", "--wall", "1.5", "--", "ls", "--all", "-l"});
  ASSERT_TRUE(parsed.invocation);
  EXPECT_EQ(parsed.invocation->argv, (std::vector<std::string>{"ls", "--all", "-l"}));
  EXPECT_EQ(parsed.invocation->wall_seconds, 1.5);
}

TEST(Invocation, OptionsThatMayBeRepeatedEndAtTheDashes) {
  const Parsed parsed =
      parse({"exec", "--workspace", "/w", "--bind", "/a:/b", "--env", "A=1", "--env", "B=2", "--", "python", "-V"});
  ASSERT_TRUE(parsed.invocation) << parsed.errors;
  EXPECT_EQ(parsed.invocation->argv, (std::vector<std::string>{"python", "-V"}));
  EXPECT_EQ(parsed.invocation->environment, (std::vector<std::string>{"A=1", "B=2"}));
}

TEST(Invocation, RunsAreFiltered) {
  const Parsed parsed = parse(
      {"runs", "--state", "dead", "--workflow", "deliver", "--since", "2h", "--limit", "7", "--project", "olive"});
  ASSERT_TRUE(parsed.invocation) << parsed.errors;
  EXPECT_EQ(parsed.invocation->state, "dead");
  EXPECT_EQ(parsed.invocation->workflow, "deliver");
  EXPECT_EQ(parsed.invocation->since, "2h");
  EXPECT_EQ(parsed.invocation->limit, 7U);
  EXPECT_EQ(parsed.invocation->project, "olive");
}

TEST(Invocation, ASignalHasAPayloadOfItsOwnOrFromStandardInput) {
  const Parsed given = parse({"signal", "7Q2M", "go", "[1, -2]", "--id", "once"});
  ASSERT_TRUE(given.invocation) << given.errors;
  EXPECT_EQ(given.invocation->run, "7Q2M");
  EXPECT_EQ(given.invocation->signal, "go");
  EXPECT_EQ(given.invocation->payload, "[1, -2]");
  EXPECT_EQ(given.invocation->signal_id, "once");
  EXPECT_FALSE(takes_input(*given.invocation));
  const Parsed piped = parse({"signal", "7Q2M", "go", "-"});
  ASSERT_TRUE(piped.invocation) << piped.errors;
  EXPECT_TRUE(takes_input(*piped.invocation));
}

TEST(Invocation, NumbersArePayloads) {
  const Parsed parsed = parse({"signal", "7Q2M", "go", "-5"});
  ASSERT_TRUE(parsed.invocation) << parsed.errors;
  EXPECT_EQ(parsed.invocation->payload, "-5");
}

TEST(Invocation, WrongUseIsSaidWithExitCodeTwo) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"biuld"},
                                             {"build"},
                                             {"runs", "--wrong"},
                                             {"runs", "--state", "asleep"},
                                             {"runs", "--limit", "0"},
                                             {"signal", "7Q2M"},
                                             {"fork", "7Q2M"},
                                             {"pause"},
                                             {"exec", "--", "ls"},
                                             {"exec", "--workspace", "/w", "--wall", "-1", "--", "ls"}}) {
    const Parsed parsed = parse(arguments);
    EXPECT_FALSE(parsed.invocation);
    EXPECT_EQ(parsed.exit_code, 2);
    EXPECT_FALSE(parsed.errors.empty());
  }
}

TEST(Invocation, EveryCommandHasHelpWithAnExample) {
  for (const char* command :
       {"build", "runs", "show", "tree", "journal", "signal", "retry", "fork", "cancel", "pause", "resume", "schedules",
        "evidence", "artifacts", "preview", "rollback", "exec", "doctor", "config"}) {
    const Parsed parsed = parse({command, "--help"});
    EXPECT_EQ(parsed.exit_code, 0) << command;
    EXPECT_THAT(parsed.output, testing::HasSubstr("Example:\n  tenon " + std::string(command))) << command;
  }
}

}  // namespace
}  // namespace tenon::cli
