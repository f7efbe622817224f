// Going on after failures among several.
#include <atomic>

#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::World;

Task<std::int64_t> halved(Context& run, std::int64_t number, std::atomic<int>& calls) {
  auto step = run.step("halve", [&calls, number] {
    ++calls;
    if (number % 2 != 0) throw Error(ErrorCode::unmet, fmt::format("{} is odd", number), "take another");
    return number / 2;
  });
  const std::int64_t half = co_await std::move(step);
  co_return half;
}

Task<std::vector<std::string>> all_halves(Context& run, std::size_t at_most) {
  std::vector<Task<std::int64_t>> children;
  for (std::int64_t i = 1; i <= 4; ++i) children.push_back(run.child<std::int64_t>("halved", i));
  const auto ended = co_await run.all_settled(std::move(children), at_most);
  std::vector<std::string> words;
  for (const Settled<std::int64_t>& one : ended) {
    words.push_back(one ? std::to_string(*one) : one.error().message + ", " + one.error().hint);
  }
  co_await run.signal<json::value>("go");
  co_return words;
}

void define(World& world, std::atomic<int>& calls, std::size_t at_most) {
  world.engine().define<std::int64_t>("halved", 1,
                                      [&](Context& run, std::int64_t number) { return halved(run, number, calls); });
  world.engine().define<json::value>("all", 1,
                                     [at_most](Context& run, json::value) { return all_halves(run, at_most); });
  world.engine().work();
}

CONFORMANCE_TEST(AllSettled, GivesResultsAndFailuresInOrderAndAgainOnReplay) {
  for (const std::size_t at_most : {Context::kNoLimit, std::size_t{1}}) {
    std::atomic<int> calls = 0;
    World world(scratch);
    define(world, calls, at_most);
    const RunId run = world.start("all");
    EXPECT_TRUE(
        World::eventually([&] { return world.describe(run).waits_for == std::vector<std::string>{"signal go"}; }));
    world.restart();
    define(world, calls, at_most);
    world.signal(run, "go", nullptr);
    EXPECT_EQ(from_json<std::vector<std::string>>(*world.wait(run).output),
              (std::vector<std::string>{"1 is odd, take another", "1", "3 is odd, take another", "2"}));
    EXPECT_EQ(calls, 4);
  }
}

Task<std::size_t> none(Context& run) {
  std::vector<Task<void>> nothing;
  const auto ended = co_await run.all_settled(std::move(nothing));
  co_return ended.size();
}

CONFORMANCE_TEST(AllSettled, OfNothingIsNothing) {
  World world(scratch);
  world.engine().define<json::value>("none", 1, [](Context& run, json::value) { return none(run); });
  world.engine().work();
  EXPECT_EQ(world.reach(world.start("none"), RunState::completed).output, json::value(0));
}

}  // namespace
}  // namespace tenon::durable
