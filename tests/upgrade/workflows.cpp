#include "workflows.h"

#include <algorithm>
#include <iterator>

namespace tenon::upgrade {
namespace {

using durable::Context;
using durable::Engine;
using durable::StepInfo;

struct Done {
  std::string step;
  std::string build;
};
BOOST_DESCRIBE_STRUCT(Done, (), (step, build))

std::string told(const Done& done) { return fmt::format("{} by {}", done.step, done.build); }

Task<std::string> step(Context run, const Outside& outside, std::string name) {
  auto doing = run.step(name, [&outside, name](const StepInfo& info) {
    outside.reached(info);
    return Done{name, outside.build};
  });
  const Done done = co_await std::move(doing);
  co_return told(done);
}

Task<std::string> approval(Context run, std::string name) {
  auto waiting = run.signal<Approval>(std::move(name));
  const Approval given = co_await std::move(waiting);
  co_return fmt::format("{} by {}", given.approved ? "approval" : "refusal", given.by);
}

Task<Trail> five_steps(Context& run, const Outside& outside) {
  const std::vector<std::string> names = {"one", "two", "three", "four", "five"};
  Trail trail;
  for (const std::string& name : names) {
    std::string done = co_await step(run, outside, name);
    trail.done.push_back(std::move(done));
  }
  co_return trail;
}

Task<Trail> approved(Context& run, const Outside& outside) {
  std::string before = co_await step(run, outside, "before");
  std::string given = co_await approval(run, "approval");
  std::string after = co_await step(run, outside, "after");
  co_return Trail{{std::move(before), std::move(given), std::move(after)}};
}

Task<Trail> delayed(Context& run, const Outside& outside) {
  std::string before = co_await step(run, outside, "before");
  co_await run.sleep_for(std::chrono::hours(1));
  std::string after = co_await step(run, outside, "after");
  co_return Trail{{std::move(before), std::move(after)}};
}

// The same name twice in one branch: the second is an occurrence of its own.
Task<Trail> leaf(Context& run, const Outside& outside) {
  std::string first = co_await step(run, outside, "work");
  std::string given = co_await approval(run, "go");
  std::string second = co_await step(run, outside, "work");
  co_return Trail{{std::move(first), std::move(given), std::move(second)}};
}

Task<Trail> grown(Context run, Order order) {
  auto child = run.child<Trail>("upgrade.leaf", order);
  Trail trail = co_await std::move(child);
  co_return trail;
}

Task<Trail> tree(Context& run, const Outside& outside, Order order) {
  std::vector<Task<Trail>> growing;
  growing.push_back(grown(run.branch("left"), {order.n + 1}));
  growing.push_back(grown(run.branch("right"), {order.n + 2}));
  std::vector<Trail> leaves = co_await run.all(std::move(growing));
  Trail trail;
  for (Trail& one : leaves) std::ranges::move(one.done, std::back_inserter(trail.done));
  std::string gathered = co_await step(run, outside, "gather");
  trail.done.push_back(std::move(gathered));
  co_return trail;
}

Task<std::string> discount(Context run, const Outside& outside) {
  std::string reason;
  try {
    std::string done = co_await step(run, outside, "discount");
    co_return done;
  } catch (const Error& error) {
    reason = error.what();
  }
  co_return fmt::format("discount failed: {}", reason);
}

Task<Trail> charged(Context& run, const Outside& outside) {
  std::string discounted = co_await discount(run, outside);
  std::string reserved = co_await step(run, outside, "reserve");
  std::string charge = co_await step(run, outside, "charge");
  co_return Trail{{std::move(discounted), std::move(reserved), std::move(charge)}};
}

Task<Trail> booked(Context& run, const Outside& outside, Order order) {
  auto booking = run.store_step(
      "book", [&outside, order](store::Transaction&) { return Done{fmt::format("order {}", order.n), outside.build}; });
  const Done done = co_await std::move(booking);
  co_return Trail{{told(done)}};
}

Task<Trail> seventh(Context& run, const Outside& outside) {
  std::string done = co_await step(run, outside, "seven");
  co_return Trail{{std::move(done)}};
}

}  // namespace

void define_workflows(Engine& engine, const Outside& outside) {
  engine.define<Order>("upgrade.steps", 1, [&](Context& run, Order) { return five_steps(run, outside); });
  engine.define<Order>("upgrade.signal", 1, [&](Context& run, Order) { return approved(run, outside); });
  engine.define<Order>("upgrade.cancelled", 1, [&](Context& run, Order) { return approved(run, outside); });
  engine.define<Order>("upgrade.timer", 1, [&](Context& run, Order) { return delayed(run, outside); });
  engine.define<Order>("upgrade.child", 1, [&](Context& run, Order order) { return tree(run, outside, order); });
  engine.define<Order>("upgrade.leaf", 1, [&](Context& run, Order) { return leaf(run, outside); });
  engine.define<Order>("upgrade.failed", 1, [&](Context& run, Order) { return charged(run, outside); });
  engine.define<Order>("upgrade.order", 1, [&](Context& run, Order order) { return booked(run, outside, order); });
}

void define_unknown(Engine& engine, const Outside& outside) {
  engine.define<Order>("upgrade.unknown", 7, [&](Context& run, Order) { return seventh(run, outside); });
}

}  // namespace tenon::upgrade
