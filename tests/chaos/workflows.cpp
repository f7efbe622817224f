#include "workflows.h"

#include <signal.h>

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "store/sql.h"

namespace tenon::chaos {
namespace {

using durable::Context;
using durable::StepInfo;
using store::named;

constexpr std::int64_t kMembers = 5;

Task<void> effect(Context run, const Witness& witness, std::string name, std::int64_t pace) {
  auto body = [&witness, id = run.run_id(), name, pace](const StepInfo& info) {
    witness.saw(id, name, info);
    std::this_thread::sleep_for(Milliseconds(pace));
    return Effect{info.attempt, witness.worker()};
  };
  auto step = run.step(name, body);
  co_await std::move(step);
}

Task<void> row(Context run, std::string label) {
  auto body = [id = run.run_id(), label](store::Transaction& tx) {
    store::execute(tx, "INSERT INTO chaos_ledger (run_id, label) VALUES (:run, :label)", named("run", id),
                   named("label", label));
  };
  auto step = run.store_step(label, body);
  co_await std::move(step);
}

Task<std::int64_t> plain(Context& run, const Witness& witness, Work work) {
  const std::int64_t steps = 3 + work.number % 4;
  for (std::int64_t i = 0; i < steps; ++i) co_await effect(run, witness, fmt::format("step-{}", i), work.pace);
  co_return steps;
}

Task<std::int64_t> line(Context run, const Witness& witness, std::int64_t number, std::int64_t pace) {
  for (std::int64_t i = 0; i < 2; ++i) {
    auto body = [&witness, id = run.run_id(), effect = fmt::format("line-{}-{}", number, i),
                 pace](const StepInfo& info) {
      witness.saw(id, effect, info);
      std::this_thread::sleep_for(Milliseconds(pace));
      return Effect{info.attempt, witness.worker()};
    };
    auto step = run.step("work", body);
    co_await std::move(step);
  }
  co_return number;
}

Task<std::int64_t> branches(Context& run, const Witness& witness, Work work) {
  std::vector<Task<std::int64_t>> lines;
  for (std::int64_t i = 1; i <= 3; ++i) {
    lines.push_back(line(run.branch(fmt::format("line-{}", i)), witness, i, work.pace));
  }
  const std::vector<std::int64_t> ends = co_await run.all(std::move(lines), 2);
  co_return ends[0] * 100 + ends[1] * 10 + ends[2];
}

Task<std::int64_t> approval(Context& run, const Witness& witness, Work work) {
  co_await effect(run, witness, "ask", work.pace);
  const auto first = co_await run.signal<std::int64_t>("go");
  co_await effect(run, witness, "between", work.pace);
  const auto second = co_await run.signal<std::int64_t>("go");
  co_await effect(run, witness, "end", work.pace);
  co_return first * 1000 + second;
}

Task<std::int64_t> timers(Context& run, const Witness& witness, Work work) {
  auto first = [&witness, id = run.run_id(), number = work.number](const StepInfo& info) {
    witness.saw(id, "plan", info);
    return info.first_attempt_at + Milliseconds(100 + number % 400);
  };
  auto planning = run.step("plan", first);
  const Timestamp until = co_await std::move(planning);
  co_await run.sleep_until(until);
  co_await effect(run, witness, "middle", work.pace);
  co_await run.sleep_for(Milliseconds(work.number % 300));
  co_await effect(run, witness, "end", work.pace);
  co_return work.number;
}

Task<std::int64_t> member(Context& run, const Witness& witness, Work work) {
  co_await effect(run, witness, "work", work.pace);
  co_await row(run, "member");
  if (work.number % 7 == 3) throw Error(ErrorCode::invalid_argument, "This member refuses, on purpose.");
  co_return 1;
}

Task<std::int64_t> one_member(Context run, Work work) {
  const auto result = co_await run.child<std::int64_t>("member", work);
  co_return result;
}

Task<std::int64_t> family(Context& run, const Witness& witness, Work work) {
  co_await effect(run, witness, "begin", work.pace);
  std::vector<Task<std::int64_t>> members;
  for (std::int64_t i = 0; i < kMembers; ++i) {
    Context own = run.branch(fmt::format("member-{}", i));
    members.push_back(one_member(own, Work{work.number + i, work.pace}));
  }
  const auto ended = co_await run.all_settled(std::move(members), 2);
  co_await effect(run, witness, "end", work.pace);
  co_return std::ranges::count_if(ended, [](const auto& one) { return one.has_value(); });
}

Task<std::int64_t> ledger(Context& run, const Witness& witness, Work work) {
  for (std::int64_t i = 0; i < 3; ++i) co_await row(run, fmt::format("row-{}", i));
  co_await effect(run, witness, "end", work.pace);
  co_return work.number;
}

Task<std::int64_t> modern(Context& run, const Witness& witness, Work work) {
  co_await run.publish("progress", std::int64_t{1});
  const bool patched = co_await run.patched("new-way");
  co_await effect(run, witness, patched ? "new" : "old", work.pace);
  co_await run.publish("progress", std::int64_t{2});
  co_return patched ? 1 : 0;
}

// Its step fails a known number of times; what a kill interrupted is no failure.
Task<std::int64_t> flaky(Context& run, const Witness& witness, Work work) {
  durable::StepOptions options;
  options.retry = {.attempts = 4, .base = Milliseconds(5), .cap = Milliseconds(50)};
  auto body = [&witness, id = run.run_id(), failing = work.number % 4](const StepInfo& info) {
    witness.saw(id, "try", info);
    if (info.attempt <= failing) throw Error(ErrorCode::unavailable, "Not yet, on purpose.");
    return Effect{info.attempt, witness.worker()};
  };
  auto step = run.step("try", body, options);
  co_await std::move(step);
  co_return work.number;
}

// Steps that take longer than a lease, or a drain: one ends when it is asked to, the other does not listen.
Task<std::int64_t> patient(Context& run, const Witness& witness, Work work) {
  auto listening = [&witness, id = run.run_id(), pace = work.pace](const StepInfo& info) {
    witness.saw(id, "listening", info);
    for (std::int64_t slept = 0; slept < pace; slept += 20) {
      if (info.stop.stop_requested()) throw Error(ErrorCode::cancelled, "Asked to end.");
      std::this_thread::sleep_for(Milliseconds(20));
    }
    return Effect{info.attempt, witness.worker()};
  };
  auto step = run.step("listening", listening);
  co_await std::move(step);
  co_await effect(run, witness, "deaf", work.pace);
  co_return work.number;
}

Task<std::int64_t> poison(Context& run, const Witness& witness, Work work) {
  auto body = [&witness, id = run.run_id()](const StepInfo& info) {
    witness.saw(id, "poison", info);
    raise(SIGKILL);
  };
  auto step = run.step("poison", body);
  co_await std::move(step);
  co_return work.number;
}

}  // namespace

void create_tables(store::Transaction& tx) {
  store::execute(tx, "CREATE TABLE IF NOT EXISTS chaos_ledger (run_id TEXT NOT NULL, label TEXT NOT NULL)");
  // Numbered under the lock of the run, and so in the order of the commits of each run.
  const char* number = tx.dialect() == store::Dialect::postgresql ? "BIGSERIAL PRIMARY KEY" : "INTEGER PRIMARY KEY";
  store::execute(tx, fmt::format(R"(
    CREATE TABLE IF NOT EXISTS chaos_changes (
      number {}, run_id TEXT NOT NULL, kind TEXT NOT NULL, step TEXT NOT NULL, worker TEXT NOT NULL, at BIGINT NOT NULL
    ))",
                                 number));
}

void record_change(store::Transaction& tx, const durable::Change& change, const std::string& worker) {
  store::execute(tx, R"(
    INSERT INTO chaos_changes (run_id, kind, step, worker, at) VALUES (:run, :kind, :step, :worker, :at))",
                 named("run", change.run_id), named("kind", change.kind), named("step", change.step),
                 named("worker", worker), named("at", kernel_milliseconds()));
}

void define_workflows(durable::Engine& engine, const Witness& witness) {
  using Code = Task<std::int64_t> (*)(Context&, const Witness&, Work);
  const std::pair<const char*, Code> all[] = {{"plain", plain},     {"branches", branches}, {"approval", approval},
                                              {"timers", timers},   {"member", member},     {"family", family},
                                              {"ledger", ledger},   {"modern", modern},     {"flaky", flaky},
                                              {"patient", patient}, {"poison", poison}};
  for (const auto& [name, code] : all) {
    engine.define<Work>(name, 1, [&witness, code](Context& run, Work work) { return code(run, witness, work); });
  }
}

}  // namespace tenon::chaos
