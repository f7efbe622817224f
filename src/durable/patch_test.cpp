// Code that changes under running runs.
#include "durable/testing/world.h"
#include "store/sql.h"

namespace tenon::durable {
namespace {

using testing::World;

Task<void> step(Context& run, std::string name) {
  auto body = run.step(name, [] {});
  co_await std::move(body);
}

using Code = std::function<Task<std::string>(Context&)>;

Task<std::string> old_code(Context& run) {
  co_await step(run, "begin");
  co_await step(run, "old way");
  co_await run.signal<json::value>("go");
  co_return "old";
}

Task<std::string> patched_code(Context& run) {
  co_await step(run, "begin");
  const bool patched = co_await run.patched("new way");
  co_await step(run, patched ? "new way" : "old way");
  co_await run.signal<json::value>("go");
  co_return patched ? "new" : "old";
}

Task<std::string> patched_twice(Context& run) {
  co_await step(run, "begin");
  std::string way = "old";
  const bool newest = co_await run.patched("newest way");
  if (newest) {
    way = "newest";
  } else {
    const bool patched = co_await run.patched("new way");
    if (patched) way = "new";
  }
  co_await step(run, way + " way");
  co_await run.signal<json::value>("go");
  co_return way;
}

Task<std::string> code_without_the_call(Context& run) {
  co_await step(run, "begin");
  co_await step(run, "new way");
  co_await run.signal<json::value>("go");
  co_return "new";
}

Task<std::string> interrupted_before(Context& run) {
  co_await step(run, "begin");
  co_await run.signal<json::value>("never");
  co_return "";
}

void define(World& world, Code code) {
  world.engine().define<json::value>("changing", 1, [code](Context& run, json::value) { return code(run); });
  world.engine().work();
}

RunId begun_under(World& world, Code code) {
  define(world, std::move(code));
  const RunId run = world.start("changing");
  world.reach(run, RunState::waiting);
  return run;
}

std::string ended_under(World& world, const RunId& run, Code code) {
  world.restart();
  define(world, std::move(code));
  world.signal(run, "go", nullptr);
  const RunView view = world.wait(run);
  if (view.error) return view.error->message;
  return from_json<std::string>(*view.output);
}

CONFORMANCE_TEST(Patch, ANewRunTakesTheNewWayAndStaysOnIt) {
  World world(scratch);
  const RunId run = begun_under(world, patched_code);
  EXPECT_EQ(world.journal(run)[1].kind, StepKind::patch);
  EXPECT_EQ(ended_under(world, run, patched_code), "new");
}

CONFORMANCE_TEST(Patch, ARunThatWentPastThePlaceTakesTheOldWay) {
  World world(scratch);
  const RunId run = begun_under(world, old_code);
  EXPECT_EQ(ended_under(world, run, patched_code), "old");
}

CONFORMANCE_TEST(Patch, ARunThatDidNotComeToThePlaceTakesTheNewWay) {
  World world(scratch);
  const RunId run = begun_under(world, interrupted_before);
  // Only "begin" is left of its journal, as of a worker that was lost right after.
  world.engine().stop();
  world.database->write_blocking([](store::Transaction& tx) {
    store::execute(tx, "DELETE FROM steps WHERE name = 'never'");
    store::execute(tx, "DELETE FROM waits");
    store::execute(tx, "UPDATE waiting_runs SET wake_at = 0");
  });
  EXPECT_EQ(ended_under(world, run, patched_code), "new");
}

CONFORMANCE_TEST(Patch, ACallThatWasDroppedLaterIsPassedOver) {
  World world(scratch);
  const RunId run = begun_under(world, patched_code);
  EXPECT_EQ(ended_under(world, run, code_without_the_call), "new");
}

CONFORMANCE_TEST(Patch, ASecondPatchAtThePlaceLeavesRunsOfTheFirstOnTheirWay) {
  World world(scratch);
  const RunId run = begun_under(world, patched_code);
  EXPECT_EQ(ended_under(world, run, patched_twice), "new");
}

CONFORMANCE_TEST(Patch, ASecondPatchAtThePlaceLeavesOldRunsOnTheOldWay) {
  World world(scratch);
  const RunId run = begun_under(world, old_code);
  EXPECT_EQ(ended_under(world, run, patched_twice), "old");
}

}  // namespace
}  // namespace tenon::durable
