#include "durable/engine_core.h"

#include "core/log.h"
#include "durable/execution.h"

namespace tenon::durable {
namespace {

ChangeKind change_of(RunState state) {
  switch (state) {
    case RunState::completed:
      return ChangeKind::run_completed;
    case RunState::cancelled:
      return ChangeKind::run_cancelled;
    default:
      return ChangeKind::run_failed;
  }
}

}  // namespace

void EngineCore::wake_after(store::Transaction& tx) {
  tx.after_commit([self = shared_from_this()] {
    self->work.notify();
    self->finished.notify();
  });
}

std::int32_t EngineCore::version_of(const std::string& workflow, std::optional<std::int32_t> version) const {
  const auto found = workflows.find(workflow);
  if (found == workflows.end() || (version && !found->second.contains(*version))) {
    throw Error(ErrorCode::invalid_argument,
                version ? fmt::format("There is no workflow '{}' in version {}.", workflow, *version)
                        : fmt::format("There is no workflow '{}'.", workflow));
  }
  return version.value_or(found->second.rbegin()->first);
}

const Workflow* EngineCore::find(const std::string& workflow, std::int32_t version) const {
  const auto versions = workflows.find(workflow);
  if (versions == workflows.end()) return nullptr;
  const auto found = versions->second.find(version);
  return found == versions->second.end() ? nullptr : &found->second;
}

void EngineCore::check_payload(std::string_view what, const json::value& payload) const {
  const std::size_t size = json::serialize(payload).size();
  if (size <= options.max_payload_bytes) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{} has {} bytes; at most {} are stored.", what, size, options.max_payload_bytes),
              "Keep large data in an artifact and pass its id.");
}

RunId EngineCore::create(store::Transaction& tx, NewRun run) const {
  if (create_run(tx, run) == Created::before) return run.run_id;
  tell(tx, {.tenant_id = run.tenant_id,
            .run_id = run.run_id,
            .kind = ChangeKind::run_created,
            .workflow = run.workflow,
            .step = {},
            .detail = {},
            .error = {}});
  return run.run_id;
}

void EngineCore::close(store::Transaction& tx, const TenantId& tenant, const RunId& run, const std::string& workflow,
                       const Outcome& outcome) {
  close_run(tx, run, outcome);
  tell(tx, {.tenant_id = tenant,
            .run_id = run,
            .kind = change_of(outcome.state),
            .workflow = workflow,
            .step = {},
            .detail = {},
            .error = outcome.error});
  wake_after(tx);
}

void EngineCore::cancel(store::Transaction& tx, const RunId& run) {
  for (const RunId& touched : cancel_tree(tx, run)) {
    const RunView now = view(tx, touched);
    if (now.state == RunState::cancelled) {
      tell(tx, {.tenant_id = now.tenant_id,
                .run_id = touched,
                .kind = ChangeKind::run_cancelled,
                .workflow = now.workflow,
                .step = {},
                .detail = {},
                .error = {}});
    }
    tx.after_commit([self = shared_from_this(), touched] {
      if (auto running = self->execution(touched)) running->halt(Halt::cancelled);
    });
  }
  wake_after(tx);
}

void EngineCore::report(std::exception_ptr failure, const char* during) {
  const Failure what = failure_of(failure);
  log::error("the engine could not write",
             {{"during", during}, {"code", to_string(what.code)}, {"reason", what.message}});
  if (what.code == ErrorCode::unavailable || what.code == ErrorCode::busy) return;
  fault.with([&](std::exception_ptr& kept) { kept = failure; });
  finished.notify();
}

std::shared_ptr<Execution> EngineCore::execution(const RunId& run) const {
  return executions.with([&](const auto& all) -> std::shared_ptr<Execution> {
    const auto found = all.find(run);
    return found == all.end() ? nullptr : found->second.lock();
  });
}

Failure failure_of(std::exception_ptr failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return {error.code(), error.what(), error.hint()};
  } catch (const std::exception& error) {
    return {ErrorCode::internal, error.what(), ""};
  }
}

}  // namespace tenon::durable
