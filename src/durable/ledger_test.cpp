// Batches: what one entry cannot have does not cost the others theirs.
#include <future>

#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::kTenant;
using testing::World;

constexpr int kRuns = 60;

bool is_poison(int number) { return number % 20 == 7; }
std::string workflow_of(int number) { return is_poison(number) ? "poison" : "sound"; }

Task<std::int64_t> one() { co_return 1; }

Task<void> two_steps(Context& run) {
  for (const char* name : {"first", "second"}) {
    auto step = run.step(name, one);
    co_await std::move(step);
  }
}

void define(World& world) {
  for (const char* name : {"sound", "poison"}) {
    world.engine().define<json::value>(name, 1, [](Context& run, json::value) { return two_steps(run); });
  }
}

std::vector<std::future<RunId>> start_together(World& world) {
  std::vector<std::future<RunId>> starting;
  for (int i = 0; i < kRuns; ++i) {
    auto start = world.engine().start(workflow_of(i), i, {.tenant = kTenant});
    starting.push_back(boost::asio::co_spawn(world.runtime.executor(), std::move(start), boost::asio::use_future));
  }
  return starting;
}

CONFORMANCE_TEST(Ledger, ARunThatCannotBeStoredDoesNotKeepOthersFromIt) {
  World world(scratch);
  world.options.on_change = [](store::Transaction&, const Change& change) {
    if (change.kind == ChangeKind::run_created && change.workflow == "poison") {
      throw Error(ErrorCode::conflict, "not this one");
    }
  };
  define(world);
  auto starting = start_together(world);
  for (int i = 0; i < kRuns; ++i) {
    if (is_poison(i)) {
      EXPECT_THROW(starting[static_cast<std::size_t>(i)].get(), Error) << i;
    } else {
      EXPECT_NO_THROW(starting[static_cast<std::size_t>(i)].get()) << i;
    }
  }
}

CONFORMANCE_TEST(Ledger, AResultThatCannotBeStoredDoesNotHoldUpOtherRuns) {
  World world(scratch);
  std::atomic<int> refused = 0;
  world.options.on_change = [&refused](store::Transaction&, const Change& change) {
    if (change.kind == ChangeKind::step_completed && change.workflow == "poison") {
      ++refused;
      throw Error(ErrorCode::conflict, "not this one");
    }
  };
  define(world);
  world.engine().work();
  std::vector<RunId> sound;
  auto starting = start_together(world);
  for (int i = 0; i < kRuns; ++i) {
    const RunId run = starting[static_cast<std::size_t>(i)].get();
    if (!is_poison(i)) sound.push_back(run);
  }
  // Without wait(): it tells of what the engine could not write.
  for (const RunId& run : sound) EXPECT_EQ(world.reach(run, RunState::completed).state, RunState::completed);
  for (const RunId& run : sound) {
    for (const JournalEntry& entry : world.journal(run)) EXPECT_EQ(entry.attempt, 1) << run.text;
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace tenon::durable
