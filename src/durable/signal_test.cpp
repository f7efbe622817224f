#include "durable/testing/world.h"
#include "store/sql.h"

namespace tenon::durable {
namespace {

using testing::error_of;
using testing::World;

Task<std::vector<std::string>> two(Context& run) {
  std::vector<std::string> taken;
  for (int i = 0; i < 2; ++i) {
    std::string word = co_await run.signal<std::string>("word");
    taken.push_back(std::move(word));
  }
  co_return taken;
}

void send(World& world, const RunId& run, const char* word, std::optional<std::string> id) {
  world.runtime.run(world.engine().signal(run, "word", word, {.signal_id = std::move(id)}));
}

CONFORMANCE_TEST(Signal, ASecondOneWithTheSameIdIsTheSame) {
  World world(scratch);
  world.engine().define<json::value>("two", 1, [](Context& run, json::value) { return two(run); });
  const RunId run = world.start("two");
  send(world, run, "first", "sig_1");
  send(world, run, "first", "sig_1");
  world.engine().work();
  world.reach(run, RunState::waiting);
  send(world, run, "first", "sig_1");  // after it was taken, too
  world.reach(run, RunState::waiting);
  send(world, run, "second", "sig_2");
  EXPECT_EQ(from_json<std::vector<std::string>>(*world.wait(run).output),
            (std::vector<std::string>{"first", "second"}));
}

CONFORMANCE_TEST(Signal, TheIdBelongsToItsRun) {
  World world(scratch);
  world.engine().define<json::value>("two", 1, [](Context& run, json::value) { return two(run); });
  world.engine().work();
  for (int i = 0; i < 2; ++i) {
    const RunId run = world.start("two");
    send(world, run, "first", "sig_1");
    send(world, run, "second", "sig_2");
    EXPECT_EQ(world.wait(run).state, RunState::completed);
  }
}

CONFORMANCE_TEST(Signal, ForAFinishedRunIsAConflictAndNotStored) {
  World world(scratch);
  world.engine().define<json::value>("two", 1, [](Context& run, json::value) { return two(run); });
  const RunId run = world.start("two");
  world.runtime.run(world.engine().cancel(run));
  const Error error = error_of([&] { send(world, run, "late", std::nullopt); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_EQ(std::string(error.what()), "The run " + run.text + " has finished; it takes no more signals.");
  EXPECT_EQ(world.database->read_blocking([](store::Transaction& tx) {
    return *store::query_one<std::int64_t>(tx, "SELECT count(*) FROM signals");
  }),
            0);
}

Task<std::string> one(Context run) {
  std::string word = co_await run.signal<std::string>("word");
  co_return word;
}

Task<std::vector<std::string>> beside(Context& run) {
  std::vector<Task<std::string>> waiting;
  for (const char* name : {"a", "b", "c"}) waiting.push_back(one(run.branch(name)));
  std::vector<std::string> words = co_await run.all(std::move(waiting));
  co_return words;
}

CONFORMANCE_TEST(Signal, EachIsTakenByOneOfThoseThatWaitForTheSameName) {
  World world(scratch);
  world.engine().define<json::value>("beside", 1, [](Context& run, json::value) { return beside(run); });
  world.engine().work();
  const RunId run = world.start("beside");
  world.reach(run, RunState::waiting);
  for (const char* word : {"x", "y", "z"}) send(world, run, word, std::nullopt);
  auto words = from_json<std::vector<std::string>>(*world.wait(run).output);
  std::ranges::sort(words);
  EXPECT_EQ(words, (std::vector<std::string>{"x", "y", "z"}));
}

}  // namespace
}  // namespace tenon::durable
