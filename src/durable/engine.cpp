#include "durable/engine.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "durable/claim_loop.h"
#include "durable/clean_up.h"
#include "durable/engine_core.h"
#include "durable/fork.h"
#include "durable/journal.h"
#include "durable/retention.h"
#include "durable/run_view.h"
#include "durable/schedule_table.h"
#include "durable/tenant_limits.h"
#include "durable/worker.h"

namespace tenon::durable {

namespace asio = boost::asio;

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
void Engine::wake() { impl_->core->wake(); }

namespace {

// ---- starting

void apply_options(NewRun& run, const StartOptions& options) {
  if (options.run_id) require_text("The run", options.run_id->text);
  require_text("The tenant", options.tenant.text);
  require_text("The key", options.idempotency_key.value_or(""));
  require_text("The key", options.limit_key.value_or(""));
  if (options.limit_key && options.key_limit < 1) {
    throw Error(ErrorCode::invalid_argument, fmt::format("At most {} runs with the key '{}' would never begin.",
                                                         options.key_limit, *options.limit_key));
  }
  constexpr std::int32_t kMostPriority = 1'000'000;
  if (options.priority > kMostPriority || options.priority < -kMostPriority) {
    throw Error(ErrorCode::invalid_argument, fmt::format("The priority {} is not within {} and {}.", options.priority,
                                                         -kMostPriority, kMostPriority));
  }
  run.idempotency_key = options.idempotency_key;
  run.rank = -options.priority;
  run.limit_key = options.limit_key;
  run.key_limit = options.limit_key ? options.key_limit : 0;
  run.not_before = options.not_before;
}

NewRunEntry entry_of(const EngineCore& core, StartRequest request) {
  NewRunEntry entry{.run = {.run_id = request.options.run_id.value_or(RunId::make()),
                            .tenant_id = request.options.tenant,
                            .workflow = std::move(request.workflow),
                            .input = core.text_of("The input of the run", request.input)}};
  entry.run.version = core.version_of(entry.run.workflow, request.options.version);
  apply_options(entry.run, request.options);
  entry.input = std::move(request.input);
  return entry;
}

// Whether a run may begin here without waiting its turn: there is room and nobody is waiting. Takes a slot.
bool may_begin_here(EngineCore& core, const NewRun& run) {
  return core.working && !core.stopping && !core.backlog && !run.limit_key && !run.not_before && core.slots.try_take();
}

void submit(EngineCore& core, NewRunEntry entry, std::move_only_function<void(std::exception_ptr, Creation)> answer) {
  entry.begin_here = may_begin_here(core, entry.run);
  // Copyable, as std::function asks for.
  auto shared = std::make_shared<decltype(answer)>(std::move(answer));
  entry.answer = [core = core.shared_from_this(), here = entry.begin_here, shared](std::exception_ptr failure,
                                                                                   Started started) {
    if (started.lease) {
      begin_execution(core, std::move(*started.lease));
    } else if (here) {
      core->slots.give_back();
    }
    (*shared)(failure, std::move(started.creation));
  };
  const bool here = entry.begin_here;
  try {
    core.ledger.submit(std::move(entry));
  } catch (...) {
    if (here) core.slots.give_back();
    throw;
  }
}

Task<Creation> submitted(EngineCore& core, NewRunEntry entry) {
  auto initiation = [&core, entry = std::move(entry)](auto handler) mutable {
    const auto home = asio::get_associated_executor(handler);
    auto resume = [home, handler = std::move(handler)](std::exception_ptr failure, Creation creation) mutable {
      asio::dispatch(home, [handler = std::move(handler), failure, creation = std::move(creation)]() mutable {
        std::move(handler)(failure, std::move(creation));
      });
    };
    submit(core, std::move(entry), std::move(resume));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(std::exception_ptr, Creation)>(
      std::move(initiation), asio::use_awaitable);
}

RunId created(Creation creation) {
  if (creation.conflict) throw *creation.conflict;
  return std::move(creation.run_id);
}

}  // namespace

Task<RunId> Engine::start(std::string workflow, json::value input, StartOptions options) {
  auto core = impl_->core;
  StartRequest request{std::move(workflow), std::move(input), std::move(options)};
  NewRunEntry entry = entry_of(*core, std::move(request));
  Creation creation = co_await submitted(*core, std::move(entry));
  co_return created(std::move(creation));
}

Task<std::vector<RunId>> Engine::start_many(std::vector<StartRequest> requests) {
  auto core = impl_->core;
  struct Gathered {
    std::vector<RunId> ids;
    std::size_t missing = 0;
    std::exception_ptr failure;
    store::Wakeup changed;
  };
  auto gathered = std::make_shared<Gathered>();
  std::vector<NewRunEntry> entries;
  for (StartRequest& request : requests) entries.push_back(entry_of(*core, std::move(request)));
  gathered->ids.resize(entries.size());
  gathered->missing = entries.size();
  // Answers come on the event loop's threads: counted on one strand.
  const auto strand = core->runtime.strand();
  std::exception_ptr refused;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto answer = [gathered, strand, i](std::exception_ptr failure, Creation creation) {
      asio::dispatch(strand, [gathered, i, failure, creation = std::move(creation)]() mutable {
        gathered->ids[i] = std::move(creation.run_id);
        if (!gathered->failure) gathered->failure = failure;
        if (!gathered->failure && creation.conflict) {
          gathered->failure = std::make_exception_ptr(*creation.conflict);
        }
        if (--gathered->missing == 0) gathered->changed.notify();
      });
    };
    try {
      submit(*core, std::move(entries[i]), std::move(answer));
    } catch (...) {
      refused = std::current_exception();
    }
    if (!refused) continue;
    asio::dispatch(strand, [gathered, refused, unsent = entries.size() - i] {
      if (!gathered->failure) gathered->failure = refused;
      gathered->missing -= unsent;
      if (gathered->missing == 0) gathered->changed.notify();
    });
    break;
  }
  if (!entries.empty()) {
    while (gathered->changed.count() == 0) co_await gathered->changed.wait(0, core->options.poll);
  }
  if (gathered->failure) std::rethrow_exception(gathered->failure);
  co_return std::move(gathered->ids);
}

// ---- changing

Task<void> Engine::signal(RunId run, std::string name, json::value payload, SignalOptions options) {
  auto core = impl_->core;
  require_text("The signal", name);
  require_text("The signal", options.signal_id.value_or(""));
  core->text_of("The payload of the signal", payload);
  const std::string id = options.signal_id.value_or("sig_" + new_ulid());
  auto store = [core, run, name, payload, id](store::Transaction& tx) {
    add_signal(tx, run, name, payload, id);
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

Change change_of_run(const RunView& run, ChangeKind kind) {
  return {.tenant_id = run.tenant_id, .run_id = run.run_id, .kind = kind, .workflow = run.workflow};
}

void retry_tree(store::Transaction& tx, const EngineCore& core, const RunId& run) {
  reopen(tx, run);
  core.tell(tx, change_of_run(view(tx, run), ChangeKind::run_retried));
  for (const RunId& child : reset_failures(tx, run)) retry_tree(tx, core, child);
}

Found find_unfinished(store::Transaction& tx, const RunId& run, std::string_view what) {
  auto found = find_open(tx, run);
  if (found) return std::move(*found);
  outcome_of(tx, run);
  throw Error(ErrorCode::conflict, fmt::format("The run {} has finished; it cannot be {}.", run.text, what));
}

void pause_run(store::Transaction& tx, const EngineCore& core, const RunId& run) {
  const Found found = find_unfinished(tx, run, "paused");
  switch (found.place) {
    case Place::leased:
      return request(tx, run, Request::pause);
    case Place::waiting:
      return mark_paused(tx, run, true);
    case Place::paused:
      return;
    default:
      leave(tx, found);
      enter_waiting(tx, found.run, {.place = WaitingPlace::paused});
      core.tell(tx, change_of_run(view(tx, run), ChangeKind::run_paused));
  }
}

void resume_run(store::Transaction& tx, const EngineCore& core, const RunId& run) {
  const Found found = find_unfinished(tx, run, "resumed");
  if (found.place == Place::leased) withdraw(tx, run, Request::pause);
  if (found.place == Place::waiting) mark_paused(tx, run, false);
  if (found.place != Place::paused) return;
  leave(tx, found);
  enter_ready(tx, {found.run});
  core.tell(tx, change_of_run(view(tx, run), ChangeKind::run_resumed));
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

Task<void> Engine::pause(RunId run) {
  auto core = impl_->core;
  auto pausing = [core, run](store::Transaction& tx) {
    pause_run(tx, *core, run);
    tx.after_commit([core, run] {
      if (auto running = core->execution(run)) running->halt(Halt::paused);
    });
  };
  co_await core->database.write(std::move(pausing));
}

// One that has not stopped yet stops first, and finds that nobody wants it paused any more.
Task<void> Engine::resume(RunId run) {
  auto core = impl_->core;
  auto resuming = [core, run](store::Transaction& tx) {
    resume_run(tx, *core, run);
    core->wake_after(tx);
  };
  co_await core->database.write(std::move(resuming));
}

Task<RunId> Engine::fork(RunId run, std::string from_step, StartOptions options) {
  auto core = impl_->core;
  auto forking = [core, run, from_step, options](store::Transaction& tx) {
    NewRun fork = forked_run(tx, run);
    const std::int32_t rank = fork.rank;
    apply_options(fork, options);
    if (options.priority == 0) fork.rank = rank;
    if (options.run_id) fork.run_id = *options.run_id;
    if (options.version) fork.version = core->version_of(fork.workflow, options.version);
    const Creation made = core->create(tx, fork);
    if (made.created == Created::now) copy_journal(tx, run, made.run_id, from_step);
    core->wake_after(tx);
    return created(made);
  };
  co_return co_await core->database.write(std::move(forking));
}

// ---- looking

Task<RunView> Engine::wait(RunId run) {
  auto core = impl_->core;
  struct Listening {
    std::shared_ptr<EngineCore> core;
    RunId run;
    std::shared_ptr<store::Wakeup> wakeup = core->listen(run);
    ~Listening() { core->unlisten(run, wakeup); }
  };
  const Listening listening{core, run};
  while (true) {
    const std::uint64_t seen = listening.wakeup->count();
    RunView now = co_await describe(run);
    if (finished(now.state)) co_return now;
    const std::exception_ptr fault = core->fault.with([](const std::exception_ptr& kept) { return kept; });
    if (fault) std::rethrow_exception(fault);
    if (core->stopping)
      throw Error(ErrorCode::cancelled, fmt::format("The engine stopped before run {} ended.", run.text));
    co_await listening.wakeup->wait(seen, core->options.poll);
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

Task<RunTree> Engine::tree(RunId run) {
  auto look = [run](store::Transaction& tx) { return durable::tree(tx, run); };
  co_return co_await impl_->core->database.read(std::move(look));
}

Task<RunCounts> Engine::counts(std::optional<TenantId> tenant) {
  auto look = [tenant](store::Transaction& tx) { return durable::counts(tx, tenant); };
  co_return co_await impl_->core->database.read(std::move(look));
}

Task<std::optional<json::value>> Engine::query(RunId run, std::string key) {
  auto look = [run, key](store::Transaction& tx) { return value_of(tx, run, key); };
  co_return co_await impl_->core->database.read(std::move(look));
}

// ---- tenants

Task<void> Engine::set_limits(TenantId tenant, TenantLimits limits) {
  auto core = impl_->core;
  auto set = [core, tenant, limits](store::Transaction& tx) {
    store_limits(tx, tenant, limits);
    core->wake_after(tx);
  };
  co_await core->database.write(std::move(set));
}

Task<TenantLimits> Engine::limits(TenantId tenant) {
  auto look = [tenant](store::Transaction& tx) { return limits_of(tx, tenant); };
  co_return co_await impl_->core->database.read(std::move(look));
}

Task<void> Engine::set_retention(TenantId tenant, Retention retention) {
  auto set = [tenant, retention](store::Transaction& tx) { store_retention(tx, tenant, retention); };
  co_await impl_->core->database.write(std::move(set));
}

Task<std::int64_t> Engine::apply_retention(TenantId tenant) {
  return durable::apply_retention(impl_->core, std::move(tenant));
}

Task<void> Engine::put_schedule(Schedule schedule) {
  auto core = impl_->core;
  auto put = [core, schedule](store::Transaction& tx) {
    durable::put_schedule(tx, *core, schedule);
    core->wake_after(tx);
  };
  co_await core->database.write(std::move(put));
}

Task<void> Engine::remove_schedule(TenantId tenant, std::string name) {
  auto remove = [tenant, name](store::Transaction& tx) { durable::remove_schedule(tx, tenant, name); };
  co_await impl_->core->database.write(std::move(remove));
}

Task<std::vector<ScheduleView>> Engine::schedules(TenantId tenant) {
  auto look = [tenant](store::Transaction& tx) { return schedules_of(tx, tenant); };
  co_return co_await impl_->core->database.read(std::move(look));
}

}  // namespace tenon::durable
