// A database, an event loop and an engine, for tests.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "durable/engine.h"
#include "durable/invariants.h"
#include "io/runtime.h"
#include "store/testing/conformance.h"

namespace tenon::durable::testing {

inline const TenantId kTenant{"ten_1"};

// What the call throws; it has to.
template <class F>
Error error_of(F&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return Error(ErrorCode::internal, "");
}

// The engine is built by the test's first call of engine(), so that options can be set before.
class World {
 public:
  explicit World(const store::testing::Scratch& scratch, Clock clock = {})
      : runtime({.event_threads = 2, .blocking_threads = 4}), database(scratch.open(std::move(clock))) {
    options.poll = Milliseconds(50);
  }
  ~World() {
    engine_.reset();
    const auto violations = database->read_blocking([](store::Transaction& tx) { return check_invariants(tx); });
    for (const Violation& violation : violations) ADD_FAILURE() << violation.invariant << ": " << violation.subject;
  }

  Engine& engine() {
    if (!engine_) engine_ = std::make_unique<Engine>(*database, runtime, options);
    return *engine_;
  }
  // As a new process would: another engine on the same database. Define its workflows again.
  Engine& restart() {
    engine_.reset();
    options.worker_id = WorkerId::make().text;
    return engine();
  }

  RunId start(const std::string& workflow, json::value input = nullptr, std::optional<std::string> key = {}) {
    return runtime.run(
        engine().start(workflow, std::move(input),
                       {.tenant = kTenant, .run_id = {}, .idempotency_key = std::move(key), .version = {}}));
  }
  RunView wait(const RunId& run) { return runtime.run(engine().wait(run)); }
  RunView describe(const RunId& run) { return runtime.run(engine().describe(run)); }
  void signal(const RunId& run, const std::string& name, json::value payload) {
    runtime.run(engine().signal(run, name, std::move(payload)));
  }
  std::vector<JournalEntry> journal(const RunId& run) { return runtime.run(engine().journal(run)); }

  // Until something holds, by looking; false after 20 s.
  template <class F>
  static bool eventually(F holds) {
    for (int i = 0; i < 4000; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(Milliseconds(5));
    }
    return false;
  }
  // Until the run has reached a state.
  RunView reach(const RunId& run, RunState state) {
    RunView now;
    const auto reached = [&] {
      now = describe(run);
      return now.state == state;
    };
    if (!eventually(reached)) ADD_FAILURE() << "run " << run.text << " is " << json::serialize(to_json(now));
    return now;
  }

  io::Runtime runtime;  // first, so that it goes last: see store/database.h
  std::unique_ptr<store::Database> database;
  EngineOptions options;

 private:
  std::unique_ptr<Engine> engine_;
};

}  // namespace tenon::durable::testing
