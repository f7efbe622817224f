#include "durable/engine_core.h"

#include "core/log.h"
#include "core/redact.h"
#include "core/unicode.h"
#include "durable/execution.h"
#include "durable/run_view.h"

namespace tenon::durable {

std::size_t Slots::take_up_to(std::size_t count) {
  const std::scoped_lock lock(mutex_);
  const std::size_t taken = std::min(count, most_ - taken_);
  taken_ += taken;
  return taken;
}

void Slots::give_back(std::size_t count) {
  const std::scoped_lock lock(mutex_);
  taken_ -= count;
  if (taken_ == 0) changed_.notify_all();
}

std::size_t Slots::taken() const {
  const std::scoped_lock lock(mutex_);
  return taken_;
}

std::size_t Slots::free() const { return most_ - taken(); }

bool Slots::wait_until_free(Milliseconds at_most) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, at_most, [this] { return taken_ == 0; });
}

ChangeKind change_of(RunState outcome) {
  switch (outcome) {
    case RunState::completed:
      return ChangeKind::run_completed;
    case RunState::cancelled:
      return ChangeKind::run_cancelled;
    case RunState::dead:
      return ChangeKind::run_dead;
    default:
      return ChangeKind::run_failed;
  }
}

void EngineCore::wake_after(store::Transaction& tx) {
  tx.after_commit([self = shared_from_this()] {
    self->wake();
    if (self->options.announce) self->options.announce();
  });
}

void EngineCore::wake() {
  backlog = true;
  work.notify();
}

void EngineCore::ended(const RunId& run) {
  listeners_.with([&](auto& listeners) {
    const auto [first, last] = listeners.equal_range(run);
    for (auto listener = first; listener != last; ++listener) listener->second->notify();
  });
}

void EngineCore::everybody_looks() {
  listeners_.with([](auto& listeners) {
    for (auto& [run, listener] : listeners) listener->notify();
  });
}

std::shared_ptr<store::Wakeup> EngineCore::listen(const RunId& run) {
  auto listener = std::make_shared<store::Wakeup>();
  listeners_.with([&](auto& listeners) { listeners.emplace(run, listener); });
  return listener;
}

void EngineCore::unlisten(const RunId& run, const std::shared_ptr<store::Wakeup>& listener) {
  listeners_.with([&](auto& listeners) {
    const auto [first, last] = listeners.equal_range(run);
    for (auto one = first; one != last; ++one) {
      if (one->second != listener) continue;
      listeners.erase(one);
      return;
    }
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

std::string EngineCore::text_of(std::string_view what, const json::value& payload) const {
  std::string text = json::serialize(payload);
  if (text.size() > options.max_payload_bytes) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} has {} bytes; at most {} are stored.", what, text.size(), options.max_payload_bytes),
                "Keep large data in an artifact and pass its id.");
  }
  if (is_valid_text(text)) return text;
  throw Error(ErrorCode::invalid_argument, fmt::format("{} has text that is not UTF-8.", what),
              "Keep bytes in an artifact and pass its id.");
}

Creation EngineCore::create(store::Transaction& tx, const NewRun& run) const {
  Creation creation = create_run(tx, run);
  if (creation.created == Created::now) {
    tell(tx,
         {.tenant_id = run.tenant_id, .run_id = run.run_id, .kind = ChangeKind::run_created, .workflow = run.workflow});
  }
  return creation;
}

void EngineCore::close(store::Transaction& tx, const Closing& closing, const std::string& workflow) {
  close_runs(tx, {closing});
  tell(tx, {.tenant_id = closing.run.tenant_id,
            .run_id = closing.run.run_id,
            .kind = change_of(closing.outcome.state),
            .workflow = workflow,
            .error = closing.outcome.error});
  wake_after(tx);
  tx.after_commit([self = shared_from_this(), run = closing.run.run_id] { self->ended(run); });
}

void EngineCore::cancel(store::Transaction& tx, const RunId& run) {
  for (const RunId& touched : cancel_tree(tx, run)) {
    const RunView now = view(tx, touched);
    if (now.state == RunState::cancelled) {
      tell(
          tx,
          {.tenant_id = now.tenant_id, .run_id = touched, .kind = ChangeKind::run_cancelled, .workflow = now.workflow});
    }
    tx.after_commit([self = shared_from_this(), touched] {
      self->ended(touched);
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
  everybody_looks();
}

std::shared_ptr<Execution> EngineCore::execution(const RunId& run) const {
  return executions.with([&](const auto& all) -> std::shared_ptr<Execution> {
    const auto found = all.find(run);
    return found == all.end() ? nullptr : found->second.lock();
  });
}

bool concerns_the_store(ErrorCode code) {
  return code == ErrorCode::storage_full || code == ErrorCode::data_corrupted || code == ErrorCode::unavailable;
}

void require_text(std::string_view what, std::string_view name) {
  if (is_valid_text(name)) return;
  throw Error(ErrorCode::invalid_argument, fmt::format("{} '{}' is not UTF-8.", what, readable_text(name)));
}

namespace {

Failure stored(ErrorCode code, std::string_view message, std::string_view hint) {
  return {code, redacted_text(readable_text(message)), redacted_text(readable_text(hint))};
}

}  // namespace

Failure context_detail::failure_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return stored(error.code(), error.what(), error.hint());
  } catch (const std::exception& error) {
    return stored(ErrorCode::internal, error.what(), "");
  } catch (...) {
    return stored(ErrorCode::internal, "Something was thrown that is no std::exception.", "");
  }
}

}  // namespace tenon::durable
