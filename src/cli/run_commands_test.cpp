// The commands on runs, asked as another process asks them, of an engine that works.
#include "cli/owner.h"

#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/run_text.h"
#include "native/fsops/temporary_directory.h"
#include "store/sql.h"

namespace tenon::cli {
namespace {

using durable::Context;
using durable::RunState;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Task<int> approve(Context& run, int number) {
  auto preparing = run.step("prepare", [number] { return number + 1; });
  const int prepared = co_await std::move(preparing);
  auto deciding = run.signal<int>("go");
  const int decided = co_await std::move(deciding);
  auto finishing = run.step("finish", [prepared, decided] { return prepared * decided; });
  co_return co_await std::move(finishing);
}

Task<int> delegate(Context& run, int number) {
  auto child = run.child<int>("approve", number);
  co_return co_await std::move(child);
}

Task<void> refuse(Context& run, int number) {
  auto step = run.step("check", [number] {
    if (number < 0) throw Error(ErrorCode::conflict, "the number\x1b[31m is below zero", "Give another.");
  });
  co_await std::move(step);
}

class RunCommands : public testing::Test {
 protected:
  RunCommands()
      : directory_(std::filesystem::temp_directory_path(), "tenon-runs-"),
        settings_(read_settings({{"TENON_DATA", (directory_.path() / "data").string()}}, "/usr/bin/tenon")),
        runtime_({.event_threads = 2, .blocking_threads = 4}),
        records_(settings_, runtime_) {
    records_.engine.define<int>("approve", 1, [](Context& run, int number) { return approve(run, number); });
    records_.engine.define<int>("delegate", 1, [](Context& run, int number) { return delegate(run, number); });
    records_.engine.define<int>("refuse", 1, [](Context& run, int number) { return refuse(run, number); });
    records_.engine.work();
    records_.workers = Workers::here;
  }
  ~RunCommands() override { records_.engine.stop(); }

  std::string start(const std::string& workflow, int number) {
    return runtime_.run(records_.engine.start(workflow, number, {.tenant = records_.tenant})).text;
  }

  // Until the run has reached a state, by looking; fails after 20 s.
  void reach(const std::string& run, RunState state) {
    for (int i = 0; i < 4000; ++i) {
      if (runtime_.run(records_.engine.describe(RunId{run})).state == state) return;
      std::this_thread::sleep_for(Milliseconds(5));
    }
    ADD_FAILURE() << run << " is " << json::serialize(to_json(runtime_.run(records_.engine.describe(RunId{run}))));
  }

  ControlReply ask(std::vector<std::string> arguments, std::optional<std::string> input = {}) {
    return answer_request(records_, {.arguments = std::move(arguments), .width = 160, .input = std::move(input)});
  }
  std::string said(std::vector<std::string> arguments) {
    const ControlReply reply = ask(std::move(arguments));
    EXPECT_EQ(reply.exit_code, 0) << reply.errors;
    return reply.output;
  }
  json::value answered(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    return parse_json(said(std::move(arguments)), "answer");
  }
  // The message on standard error.
  std::string refused(ErrorCode code, std::vector<std::string> arguments) {
    const ControlReply reply = ask(std::move(arguments));
    EXPECT_EQ(reply.exit_code, exit_code(code)) << reply.output << reply.errors;
    return reply.errors;
  }

  fsops::TemporaryDirectory directory_;
  Settings settings_;
  io::Runtime runtime_;
  Records records_;
};

TEST_F(RunCommands, AWaitingRunSaysWhatItWaitsForAndGoesOnWithIt) {
  const std::string run = start("approve", 2);
  reach(run, RunState::waiting);
  EXPECT_THAT(said({"show", run}), AllOf(HasSubstr("waiting\nwaits for signal go since 0 s"), HasSubstr("prepare"),
                                         HasSubstr(short_id(RunId{run}) + " go '<JSON>'`")));
  EXPECT_THAT(said({"signal", run, "go", "7"}), StartsWith("The signal go is stored for the run " + run));
  reach(run, RunState::completed);
  const json::value shown = answered({"show", run});
  EXPECT_EQ(shown.at("output"), json::value(21));
  EXPECT_THAT(std::string(shown.at("why").as_string()), StartsWith("completed after"));
}

TEST_F(RunCommands, TheJournalHasEachStepWithItsDigestAndItsResultWhenAsked) {
  const std::string run = start("approve", 2);
  reach(run, RunState::waiting);
  const json::array journal = answered({"journal", run}).as_array();
  ASSERT_EQ(journal.size(), 2U);
  EXPECT_EQ(journal[0].at("label"), json::value("prepare"));
  EXPECT_EQ(journal[0].at("digest"), json::value(sha256("3").text));
  EXPECT_EQ(journal[0].at("attempt"), json::value(1));
  EXPECT_FALSE(journal[0].at("worker_id").as_string().empty());
  EXPECT_EQ(journal[0].as_object().if_contains("result"), nullptr);
  EXPECT_EQ(journal[1].at("kind"), json::value("signal"));
  EXPECT_EQ(answered({"journal", run, "--full"}).at(0).at("result"), json::value(3));
  const std::string text = said({"journal", run, "--full"});
  EXPECT_THAT(text,
              AllOf(HasSubstr(sha256("3").text.substr(7, 12)), HasSubstr("\nprepare  sha256:"), HasSubstr("\n  3\n")));
}

TEST_F(RunCommands, RunsAreListedByStateWorkflowAndTime) {
  EXPECT_THAT(said({"runs"}), StartsWith("No runs yet"));
  const std::string waiting = start("approve", 1);
  const std::string failed = start("refuse", -1);
  reach(waiting, RunState::waiting);
  reach(failed, RunState::failed);
  EXPECT_EQ(answered({"runs"}).as_array().size(), 2U);
  EXPECT_EQ(answered({"runs", "--limit", "1"}).as_array().size(), 1U);
  EXPECT_EQ(answered({"runs", "--state", "failed"}).at(0).at("run_id"), json::value(failed));
  EXPECT_EQ(answered({"runs", "--workflow", "approve"}).at(0).at("run_id"), json::value(waiting));
  EXPECT_EQ(answered({"runs", "--since", "1h"}).as_array().size(), 2U);
  EXPECT_EQ(answered({"runs", "--since", "2100-01-01"}).as_array().size(), 0U);
  EXPECT_THAT(said({"runs", "--state", "dead"}), StartsWith("No run is like that"));
  EXPECT_THAT(said({"runs"}), AllOf(HasSubstr("waits for signal go"), HasSubstr("below zero"), Not(HasSubstr("\x1b")),
                                    HasSubstr("Open: 1 waiting.")));
  EXPECT_THAT(said({"runs", "--limit", "1"}), HasSubstr("newest 1; --limit shows more"));
  EXPECT_THAT(refused(ErrorCode::invalid_argument, {"runs", "--since", "soon"}), HasSubstr("--since \"soon\""));
  EXPECT_THAT(refused(ErrorCode::not_found, {"runs", "--project", "none"}), HasSubstr("no project none"));
}

TEST_F(RunCommands, AFailedRunNamesItsStepAndCanBePutBack) {
  const std::string run = start("refuse", -1);
  reach(run, RunState::failed);
  EXPECT_THAT(said({"show", run}), AllOf(HasSubstr("failed in check after 1 attempt: the number?[31m is below zero"),
                                         HasSubstr("Give another."), HasSubstr("`tenon retry")));
  EXPECT_THAT(said({"retry", run}), StartsWith("The run " + run + " is put back"));
  reach(run, RunState::failed);
  EXPECT_EQ(answered({"journal", run}).at(0).at("attempt"), json::value(2));
}

TEST_F(RunCommands, AParentIsShownWithItsChildren) {
  const std::string run = start("delegate", 1);
  reach(run, RunState::waiting);
  const json::value tree = answered({"tree", run});
  const std::string child(tree.at("children").at(0).at("run").at("run_id").as_string());
  reach(child, RunState::waiting);
  EXPECT_THAT(said({"show", run}), HasSubstr("waits for its child " + short_id(RunId{child}) + " (approve)"));
  EXPECT_THAT(said({"tree", run}), HasSubstr("└─ " + short_id(RunId{child}) + "  approve  waiting"));
  EXPECT_THAT(said({"tree", child}), HasSubstr("It is a child"));
}

TEST_F(RunCommands, APausedRunKeepsItsSignalsUntilItIsResumed) {
  const std::string run = start("approve", 2);
  reach(run, RunState::waiting);
  EXPECT_THAT(said({"pause", run}), HasSubstr("Now: paused, and waits for signal go"));
  said({"signal", run, "go", "7"});
  EXPECT_EQ(answered({"show", run}).at("state"), json::value("paused"));
  EXPECT_THAT(said({"resume", run}), StartsWith("The run " + run + " goes on."));
  reach(run, RunState::completed);
  EXPECT_THAT(refused(ErrorCode::conflict, {"pause", run}), HasSubstr("completed already"));
  EXPECT_THAT(refused(ErrorCode::conflict, {"resume", run}), HasSubstr("completed already"));
}

TEST_F(RunCommands, AForkHasWhatWasDoneBeforeTheStep) {
  const std::string run = start("approve", 2);
  reach(run, RunState::waiting);
  said({"signal", run, "go", "7"});
  reach(run, RunState::completed);
  const std::string output = said({"fork", run, "--from", "go"});
  const std::string forked = output.substr(0, output.find('\n'));
  reach(forked, RunState::waiting);
  EXPECT_EQ(answered({"show", forked}).at("forked_from"), json::value(run));
  EXPECT_EQ(answered({"journal", forked}).at(0).at("attempt"), answered({"journal", run}).at(0).at("attempt"));
  EXPECT_THAT(refused(ErrorCode::not_found, {"fork", run, "--from", "nothing"}), HasSubstr("nothing"));
}

TEST_F(RunCommands, ACancelledRunIsOver) {
  const std::string run = start("approve", 2);
  reach(run, RunState::waiting);
  EXPECT_THAT(said({"cancel", run}), AllOf(StartsWith("Cancelled " + run), HasSubstr("Now: cancelled after")));
  EXPECT_THAT(refused(ErrorCode::conflict, {"cancel", run}), HasSubstr("cancelled already"));
  EXPECT_THAT(refused(ErrorCode::conflict, {"signal", run, "go"}), HasSubstr("takes no signals"));
  EXPECT_THAT(refused(ErrorCode::conflict, {"retry", run}), HasSubstr("has not failed: it is cancelled"));
}

TEST_F(RunCommands, APayloadThatIsNoJsonIsRefusedWithItsPlace) {
  const std::string run = start("approve", 2);
  reach(run, RunState::waiting);
  EXPECT_THAT(refused(ErrorCode::invalid_argument, {"signal", run, "go", "{\"a\": yes}"}),
              AllOf(HasSubstr("the payload is not valid JSON at byte 6"), HasSubstr("quotes")));
  EXPECT_EQ(answered({"show", run}).at("state"), json::value("waiting"));
}

TEST_F(RunCommands, APayloadFromStandardInputIsThatOfTheProcessThatAsks) {
  const std::string run = start("approve", 2);
  reach(run, RunState::waiting);
  EXPECT_EQ(ask({"signal", run, "go", "-"}, "5").exit_code, 0);
  reach(run, RunState::completed);
  EXPECT_EQ(answered({"show", run}).at("output"), json::value(15));
}

TEST_F(RunCommands, TheSameSignalTwiceIsOne) {
  const std::string run = start("approve", 2);
  said({"signal", run, "other", "1", "--id", "once"});
  said({"signal", run, "other", "1", "--id", "once"});
  const auto stored = records_.database->read_blocking([](store::Transaction& tx) {
    return *store::query_one<std::int64_t>(tx, "SELECT count(*) FROM signals WHERE name = 'other'");
  });
  EXPECT_EQ(stored, 1);
}

TEST_F(RunCommands, ABeginningThatSeveralShareIsRefusedWithTheirNames) {
  const std::string one = start("approve", 1);
  const std::string two = start("approve", 2);
  EXPECT_THAT(refused(ErrorCode::conflict, {"show", "run_"}),
              AllOf(HasSubstr("2 runs are called run_"), HasSubstr(one), HasSubstr(two)));
  std::string lower = short_id(RunId{one});
  for (char& letter : lower) letter = static_cast<char>(std::tolower(letter));
  EXPECT_THAT(said({"show", lower}), StartsWith("Run " + one));
  EXPECT_THAT(said({"show"}), StartsWith("Run " + two));
  EXPECT_THAT(refused(ErrorCode::not_found, {"tree", "nope"}), HasSubstr("there is no run nope"));
}

TEST_F(RunCommands, ARunOfAnotherTenantIsNotThere) {
  const std::string run = runtime_.run(records_.engine.start("approve", 1, {.tenant = TenantId{"ten_other"}})).text;
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"show", run}, {"tree", run}, {"journal", run}, {"signal", run, "go"}, {"cancel", run}, {"pause", run}}) {
    EXPECT_THAT(refused(ErrorCode::not_found, arguments), HasSubstr("there is no run")) << arguments.front();
  }
}

TEST_F(RunCommands, ErrorsAreJsonWhereTheAnswerIs) {
  const ControlReply reply = ask({"show", "nope", "--json"});
  EXPECT_EQ(parse_json(reply.output, "answer").at("code"), json::value("not_found"));
  EXPECT_THAT(reply.errors, StartsWith("tenon: there is no run nope\n"));
}

TEST_F(RunCommands, SchedulesAreListed) {
  EXPECT_THAT(said({"schedules"}), HasSubstr("There are no schedules."));
  durable::Schedule schedule{
      .tenant_id = records_.tenant, .name = "nightly", .rule = "0 3 * * *", .workflow = "approve", .input = 1};
  runtime_.run(records_.engine.put_schedule(schedule));
  EXPECT_THAT(said({"schedules"}), AllOf(HasSubstr("nightly"), HasSubstr("0 3 * * * (UTC)"), HasSubstr("never")));
  EXPECT_EQ(answered({"schedules"}).at(0).at("fired"), json::value(0));
}

TEST_F(RunCommands, WhatNeedsTheDataDirectoryForItselfIsRefused) {
  EXPECT_THAT(refused(ErrorCode::busy, {"build", "a shop"}), HasSubstr("needs it for itself"));
}

}  // namespace
}  // namespace tenon::cli
