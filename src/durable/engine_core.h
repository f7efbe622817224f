// What the parts of an engine share. Built by the engine, kept alive by everything that may still call it.
#pragma once

#include <atomic>
#include <exception>
#include <map>
#include <memory>
#include <string>

#include "core/guarded.h"
#include "durable/engine.h"
#include "durable/run_table.h"
#include "store/database.h"
#include "store/wakeup.h"

namespace tenon::durable {

class Execution;

struct EngineCore final : std::enable_shared_from_this<EngineCore> {
  EngineCore(store::Database& database_in, io::Runtime& runtime_in, EngineOptions options_in)
      : database(database_in), runtime(runtime_in), options(std::move(options_in)) {}

  store::Database& database;
  io::Runtime& runtime;
  const EngineOptions options;
  std::map<std::string, std::map<std::int32_t, Workflow>> workflows;  // not changed once the engine works

  store::Wakeup work;                 // a run may be ready, a timer may have moved, a slot may be free
  store::Wakeup finished;             // a run has finished, or the engine's own state changed
  Guarded<std::exception_ptr> fault;  // what keeps the engine from writing, while it does
  std::atomic<bool> stopping = false;

  Guarded<std::map<RunId, std::weak_ptr<Execution>>> executions;
  std::atomic<std::size_t> running = 0;  // executions that have frames, and the loop that claims

  // Tells the observer, inside the transaction.
  void tell(store::Transaction& tx, const Change& change) const {
    if (options.on_change) options.on_change(tx, change);
  }
  // After the commit: something may be ready / something has finished.
  void wake_after(store::Transaction& tx);

  // Throws invalid_argument. Without a version: the newest.
  std::int32_t version_of(const std::string& workflow, std::optional<std::int32_t> version) const;
  // Null when it is not defined.
  const Workflow* find(const std::string& workflow, std::int32_t version) const;
  // Throws invalid_argument beyond the limit.
  void check_payload(std::string_view what, const json::value& payload) const;

  // Creates the run and tells of it, unless it exists.
  RunId create(store::Transaction& tx, NewRun run) const;
  // Stores the outcome and tells of it.
  void close(store::Transaction& tx, const TenantId& tenant, const RunId& run, const std::string& workflow,
             const Outcome& outcome);
  // Cancels the run and its children, and tells of it.
  void cancel(store::Transaction& tx, const RunId& run);

  // What the store threw at the engine itself. Kept when it will not go away by itself.
  void report(std::exception_ptr failure, const char* during);

  std::shared_ptr<Execution> execution(const RunId& run) const;
};

Failure failure_of(std::exception_ptr failure);

}  // namespace tenon::durable
