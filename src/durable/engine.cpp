#include "durable/engine.h"

#include "durable/engine_core.h"
#include "durable/execution.h"
#include "durable/journal.h"
#include "durable/worker.h"

namespace tenon::durable {

class Engine::Impl final {
 public:
  explicit Impl(std::shared_ptr<EngineCore> shared) : core(std::move(shared)), worker(core) {}

  std::shared_ptr<EngineCore> core;
  Worker worker;
};

Engine::Engine(store::Database& database, io::Runtime& runtime, EngineOptions options)
    : impl_(std::make_shared<Impl>(std::make_shared<EngineCore>(database, runtime, std::move(options)))) {}

Engine::~Engine() { stop(); }

void Engine::define_json(std::string name, std::int32_t version, Workflow workflow) {
  impl_->core->workflows[std::move(name)][version] = std::move(workflow);
}

void Engine::work() { impl_->worker.start(); }

void Engine::stop() { impl_->worker.stop(); }

Task<RunId> Engine::start(std::string workflow, json::value input, StartOptions options) {
  auto core = impl_->core;
  core->check_payload("The input of the run", input);
  NewRun run{.run_id = options.run_id.value_or(RunId::make()),
             .tenant_id = options.tenant,
             .workflow = workflow,
             .version = core->version_of(workflow, options.version),
             .idempotency_key = {},
             .parent_run_id = {},
             .input = std::move(input)};
  run.idempotency_key = options.idempotency_key.value_or(run.run_id.text);
  auto create = [core, run](store::Transaction& tx) {
    core->wake_after(tx);
    return core->create(tx, run);
  };
  co_return co_await core->database.write(std::move(create));
}

Task<void> Engine::signal(RunId run, std::string name, json::value payload) {
  auto core = impl_->core;
  core->check_payload("The payload of the signal", payload);
  auto store = [core, run, name, payload](store::Transaction& tx) {
    add_signal(tx, run, name, payload);
    core->wake_after(tx);
    tx.after_commit([core, run] {
      if (auto running = core->execution(run)) running->poke();
    });
  };
  co_await core->database.write(std::move(store));
}

Task<void> Engine::cancel(RunId run) {
  auto core = impl_->core;
  auto request = [core, run](store::Transaction& tx) { core->cancel(tx, run); };
  co_await core->database.write(std::move(request));
}

namespace {

void retry_tree(store::Transaction& tx, const EngineCore& core, const RunId& run) {
  reopen(tx, run);
  const RunView now = view(tx, run);
  core.tell(tx, {.tenant_id = now.tenant_id,
                 .run_id = run,
                 .kind = ChangeKind::run_retried,
                 .workflow = now.workflow,
                 .step = {},
                 .detail = {},
                 .error = {}});
  for (const RunId& child : reset_failures(tx, run)) retry_tree(tx, core, child);
}

}  // namespace

Task<void> Engine::retry(RunId run) {
  auto core = impl_->core;
  auto reopening = [core, run](store::Transaction& tx) {
    retry_tree(tx, *core, run);
    core->wake_after(tx);
  };
  co_await core->database.write(std::move(reopening));
}

Task<RunView> Engine::wait(RunId run) {
  auto core = impl_->core;
  while (true) {
    const std::uint64_t seen = core->finished.count();
    RunView now = co_await describe(run);
    if (finished(now.state)) co_return now;
    const std::exception_ptr fault = core->fault.with([](const std::exception_ptr& kept) { return kept; });
    if (fault) std::rethrow_exception(fault);
    if (core->stopping)
      throw Error(ErrorCode::cancelled, fmt::format("The engine stopped before run {} ended.", run.text));
    co_await core->finished.wait(seen, core->options.poll);
  }
}

Task<RunView> Engine::describe(RunId run) {
  auto look = [run](store::Transaction& tx) { return view(tx, run); };
  co_return co_await impl_->core->database.read(std::move(look));
}

Task<std::vector<RunView>> Engine::list(RunFilter filter) {
  auto look = [filter](store::Transaction& tx) { return views(tx, filter); };
  co_return co_await impl_->core->database.read(std::move(look));
}

Task<std::vector<JournalEntry>> Engine::journal(RunId run) {
  auto look = [run](store::Transaction& tx) {
    view(tx, run);
    return entries(tx, run);
  };
  co_return co_await impl_->core->database.read(std::move(look));
}

}  // namespace tenon::durable
