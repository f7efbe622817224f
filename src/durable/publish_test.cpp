#include <atomic>

#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::error_of;
using testing::World;

struct Progress {
  std::int64_t done = 0;
  std::int64_t of = 0;
};
BOOST_DESCRIBE_STRUCT(Progress, (), (done, of))

Task<void> reports(Context& run) {
  co_await run.publish("progress", Progress{1, 3});
  co_await run.publish("progress", Progress{2, 3});
  co_await run.publish("note", std::string("half way"));
  co_await run.signal<json::value>("go");
  co_await run.publish("progress", Progress{3, 3});
}

std::optional<json::value> query(World& world, const RunId& run, const std::string& key) {
  return world.runtime.run(world.engine().query(run, key));
}

CONFORMANCE_TEST(Publish, TheLastValueOfAKeyIsRead) {
  World world(scratch);
  world.engine().define<json::value>("reports", 1, [](Context& run, json::value) { return reports(run); });
  const RunId run = world.start("reports");
  EXPECT_EQ(query(world, run, "progress"), std::nullopt);
  world.engine().work();
  world.reach(run, RunState::waiting);
  EXPECT_EQ(from_json<Progress>(*query(world, run, "progress")).done, 2);
  EXPECT_EQ(query(world, run, "note"), json::value("half way"));
  EXPECT_EQ(query(world, run, "nothing"), std::nullopt);
  EXPECT_EQ(error_of([&] { query(world, RunId{"run_none"}, "progress"); }).code(), ErrorCode::not_found);
  world.signal(run, "go", nullptr);
  world.wait(run);
  EXPECT_EQ(from_json<Progress>(*query(world, run, "progress")).done, 3);
}

Task<void> publishes(Context& run, std::size_t bytes) { co_await run.publish("large", std::string(bytes - 2, 'x')); }

CONFORMANCE_TEST(Publish, AValueBeyondTheLimitFailsTheStep) {
  World world(scratch);
  world.options.max_payload_bytes = 100;
  world.engine().define<std::size_t>("publishes", 1,
                                     [](Context& run, std::size_t bytes) { return publishes(run, bytes); });
  world.engine().work();
  EXPECT_EQ(world.wait(world.start("publishes", 100)).state, RunState::completed);
  const RunId run = world.start("publishes", 101);
  EXPECT_EQ(world.wait(run).error->code, ErrorCode::invalid_argument);
  EXPECT_EQ(query(world, run, "large"), std::nullopt);
}

}  // namespace
}  // namespace tenon::durable
