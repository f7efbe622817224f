// Starting runs: many at once, under a key, and what is refused.
#include <future>
#include <thread>

#include "durable/testing/world.h"
#include "store/sql.h"

namespace tenon::durable {
namespace {

using testing::error_of;
using testing::kTenant;
using testing::World;

Task<json::value> echo(Context& run, json::value input) {
  auto step = run.step("echo", [&input] { return input; });
  json::value output = co_await std::move(step);
  co_return output;
}

void define(World& world) {
  world.engine().define<json::value>("echo", 1,
                                     [](Context& run, json::value input) { return echo(run, std::move(input)); });
}

StartRequest request(json::value input, std::optional<std::string> key = {}) {
  return {.workflow = "echo", .input = std::move(input), .options = {.tenant = kTenant, .idempotency_key = key}};
}

std::vector<RunId> start_many(World& world, std::vector<StartRequest> requests) {
  return world.runtime.run(world.engine().start_many(std::move(requests)));
}

std::size_t runs_in_all(World& world) { return world.runtime.run(world.engine().list({.limit = 100'000})).size(); }

// ---- many

CONFORMANCE_TEST(StartMany, TheIdsAreInTheOrderOfTheRequests) {
  World world(scratch);
  define(world);
  world.engine().work();
  std::vector<StartRequest> requests;
  for (std::int64_t i = 0; i < 50; ++i) requests.push_back(request(i));
  const std::vector<RunId> runs = start_many(world, std::move(requests));
  ASSERT_EQ(runs.size(), 50U);
  for (std::size_t i = 0; i < runs.size(); ++i) EXPECT_EQ(world.wait(runs[i]).output, json::value(i));
}

CONFORMANCE_TEST(StartMany, FiveThousandAreStoredOnceEach) {
  World world(scratch);
  define(world);
  std::vector<RunId> runs = start_many(world, std::vector<StartRequest>(5'000, request("x")));
  std::ranges::sort(runs);
  EXPECT_EQ(std::ranges::unique(runs).size(), 0U);
  EXPECT_EQ(world.runtime.run(world.engine().counts(kTenant)).ready, 5'000);
}

CONFORMANCE_TEST(StartMany, OfNothingIsNothing) {
  World world(scratch);
  define(world);
  EXPECT_TRUE(start_many(world, {}).empty());
}

CONFORMANCE_TEST(StartMany, TheSameKeyTwiceIsOneRunAndAnotherInputAConflict) {
  World world(scratch);
  define(world);
  const std::vector<RunId> runs = start_many(world, {request(1, "a"), request(1, "a"), request(2, "b")});
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_NE(runs[0], runs[2]);
  EXPECT_EQ(error_of([&] { start_many(world, {request(3, "c"), request(9, "a")}); }).code(), ErrorCode::conflict);
  EXPECT_EQ(runs_in_all(world), 3U);
}

CONFORMANCE_TEST(StartMany, ABadRequestAmongThemStartsNothing) {
  World world(scratch);
  define(world);
  StartRequest unheard = request(1);
  unheard.workflow = "unheard";
  EXPECT_EQ(error_of([&] { start_many(world, {request(1), unheard}); }).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(runs_in_all(world), 0U);
}

CONFORMANCE_TEST(StartMany, MoreThanMayWaitAreRefused) {
  World world(scratch);
  world.options.max_queued = 10;
  define(world);
  const Error error = error_of([&] { start_many(world, std::vector<StartRequest>(100'000, request("x"))); });
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_EQ(world.describe(world.start("echo")).state, RunState::ready);
}

// ---- keys

CONFORMANCE_TEST(StartKey, AHundredStartsAtTheSameTimeAreOneRun) {
  World world(scratch);
  define(world);
  Engine other(*world.database, world.runtime, {.worker_id = "other", .poll = Milliseconds(20)});
  other.define<json::value>("echo", 1, [](Context& run, json::value input) { return echo(run, std::move(input)); });
  world.engine().work();
  other.work();
  std::vector<std::future<RunId>> starts;
  for (int i = 0; i < 100; ++i) {
    Engine& engine = i % 2 == 0 ? world.engine() : other;
    starts.push_back(boost::asio::co_spawn(world.runtime.executor(),
                                           engine.start("echo", 7, {.tenant = kTenant, .idempotency_key = "once"}),
                                           boost::asio::use_future));
  }
  const RunId run = starts[0].get();
  for (std::size_t i = 1; i < starts.size(); ++i) EXPECT_EQ(starts[i].get(), run);
  EXPECT_EQ(world.wait(run).output, json::value(7));
  EXPECT_EQ(runs_in_all(world), 1U);
  EXPECT_EQ(world.journal(run).at(0).attempt, 1);
  other.stop();
}

CONFORMANCE_TEST(StartKey, BelongsToItsTenant) {
  World world(scratch);
  define(world);
  StartRequest other = request(2, "key");
  other.options.tenant = TenantId{"ten_2"};
  const std::vector<RunId> runs = start_many(world, {request(1, "key"), other});
  EXPECT_NE(runs[0], runs[1]);
}

CONFORMANCE_TEST(StartKey, ARunIdOfTheCallerIsOneToo) {
  World world(scratch);
  define(world);
  StartRequest mine = request(1);
  mine.options.run_id = RunId::make();
  const std::vector<RunId> runs = start_many(world, {mine, mine});
  EXPECT_EQ(runs[0], *mine.options.run_id);
  EXPECT_EQ(runs[1], *mine.options.run_id);
  mine.input = 2;
  EXPECT_EQ(error_of([&] { start_many(world, {mine}); }).code(), ErrorCode::conflict);
}

// ---- what is refused

CONFORMANCE_TEST(BadInput, AnUnknownWorkflowOrVersionStartsNothing) {
  World world(scratch);
  define(world);
  EXPECT_STREQ(error_of([&] { world.start("unheard"); }).what(), "There is no workflow 'unheard'.");
  const auto version_9 = [&] { world.runtime.run(world.engine().start("echo", 1, {.tenant = kTenant, .version = 9})); };
  EXPECT_STREQ(error_of(version_9).what(), "There is no workflow 'echo' in version 9.");
  EXPECT_EQ(runs_in_all(world), 0U);
}

// A text of so many bytes as JSON.
json::value of_bytes(std::size_t bytes) { return json::string(bytes - 2, 'x'); }

Task<json::value> large_result(Context& run, std::size_t bytes) {
  auto step = run.step("large", [bytes] { return of_bytes(bytes); });
  json::value result = co_await std::move(step);
  co_return nullptr;
}
Task<json::value> large_stored(Context& run, std::size_t bytes) {
  co_await run.store_step("large", [bytes](store::Transaction&) { return of_bytes(bytes); });
  co_return nullptr;
}
Task<json::value> large_output(Context&, std::size_t bytes) { co_return of_bytes(bytes); }

CONFORMANCE_TEST(BadInput, APayloadMayHaveAsManyBytesAsTheLimitAndNotOneMore) {
  World world(scratch);
  world.options.max_payload_bytes = 1'000;
  define(world);
  world.engine().define<std::size_t>("result", 1, large_result);
  world.engine().define<std::size_t>("stored", 1, large_stored);
  world.engine().define<std::size_t>("output", 1, large_output);
  world.engine().work();
  const RunId run = world.start("echo", of_bytes(1'000));
  EXPECT_EQ(world.wait(run).output, of_bytes(1'000));
  EXPECT_STREQ(error_of([&] { world.start("echo", of_bytes(1'001)); }).what(),
               "The input of the run has 1001 bytes; at most 1000 are stored.");
  EXPECT_EQ(runs_in_all(world), 1U);
  for (const char* workflow : {"result", "stored", "output"}) {
    EXPECT_EQ(world.wait(world.start(workflow, 1'000)).state, RunState::completed) << workflow;
    const RunView failed = world.wait(world.start(workflow, 1'001));
    EXPECT_EQ(failed.state, RunState::failed) << workflow;
    EXPECT_EQ(failed.error->code, ErrorCode::invalid_argument);
    EXPECT_NE(failed.error->message.find("has 1001 bytes; at most 1000 are stored"), std::string::npos);
  }
}

Task<void> takes(Context& run) { co_await run.signal<json::value>("go"); }

CONFORMANCE_TEST(BadInput, ASignalBeyondTheLimitIsNotStored) {
  World world(scratch);
  world.options.max_payload_bytes = 1'000;
  world.engine().define<json::value>("takes", 1, [](Context& run, json::value) { return takes(run); });
  const RunId run = world.start("takes");
  EXPECT_EQ(error_of([&] { world.signal(run, "go", of_bytes(1'001)); }).code(), ErrorCode::invalid_argument);
  world.engine().work();
  world.reach(run, RunState::waiting);
  world.signal(run, "go", of_bytes(1'000));
  EXPECT_EQ(world.wait(run).state, RunState::completed);
}

CONFORMANCE_TEST(BadInput, AnInputThatTheWorkflowCannotReadFailsTheRunAndNamesTheField) {
  World world(scratch);
  world.engine().define<std::size_t>("output", 1, large_output);
  world.engine().work();
  const RunView failed = world.wait(world.start("output", "many"));
  EXPECT_EQ(failed.state, RunState::failed);
  EXPECT_EQ(failed.error->code, ErrorCode::invalid_argument);
  EXPECT_NE(failed.error->message.find("input"), std::string::npos);
}

Task<void> one_name_for_two(Context& run, bool swapped) {
  if (swapped) {
    co_await run.sleep_for(Milliseconds(0));
  } else {
    auto step = run.step("timer", [] {});
    co_await std::move(step);
  }
  co_await run.signal<json::value>("go");
}

CONFORMANCE_TEST(BadInput, ANameThatIsUsedForAnotherKindOfStepIsAConflictAndTheJournalStays) {
  bool swapped = false;
  World world(scratch);
  const auto code = [&](Context& run, json::value) { return one_name_for_two(run, swapped); };
  world.engine().define<json::value>("changing", 1, code);
  world.engine().work();
  const RunId run = world.start("changing");
  world.reach(run, RunState::waiting);
  world.engine().stop();
  swapped = true;
  world.restart().define<json::value>("changing", 1, code);
  world.signal(run, "go", nullptr);
  world.engine().work();
  const RunView failed = world.wait(run);
  EXPECT_EQ(failed.error->code, ErrorCode::conflict);
  EXPECT_NE(failed.error->message.find("step 'timer'"), std::string::npos);
  EXPECT_NE(failed.error->message.find("timer 'timer'"), std::string::npos);
  EXPECT_EQ(world.journal(run).at(0).kind, StepKind::step);
}

CONFORMANCE_TEST(BadInput, ASchemaThatIsNewerThanTheProgramIsNotTouched) {
  {
    World world(scratch);
    define(world);
    world.start("echo");
    world.database->write_blocking([](store::Transaction& tx) {
      store::execute(tx, "INSERT INTO migrations (version, name, checksum, applied_at) VALUES (9999, 'later', '', 0)");
    });
  }
  const Error error = error_of([&] { scratch.open(); });
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
  EXPECT_NE(error.hint().find("newer version"), std::string::npos);
}

}  // namespace
}  // namespace tenon::durable
