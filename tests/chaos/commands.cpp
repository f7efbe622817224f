#include "commands.h"

#include <algorithm>
#include <iterator>

namespace tenon::chaos {
namespace {

constexpr std::size_t kAll = 10'000'000;

durable::StartRequest request(Start start) {
  durable::StartRequest result{.workflow = std::move(start.workflow), .input = to_json(start.work), .options = {}};
  result.options.tenant = std::move(start.tenant);
  result.options.idempotency_key = std::move(start.key);
  return result;
}

Task<std::vector<RunId>> started(durable::Engine& engine, std::vector<Start> starts) {
  std::vector<durable::StartRequest> requests;
  for (Start& start : starts) requests.push_back(request(std::move(start)));
  if (requests.size() > 1) co_return co_await engine.start_many(std::move(requests));
  durable::StartRequest& only = requests.at(0);
  RunId run = co_await engine.start(std::move(only.workflow), std::move(only.input), std::move(only.options));
  std::vector<RunId> runs;
  runs.push_back(std::move(run));
  co_return runs;
}

Task<std::vector<durable::RunView>> unfinished(durable::Engine& engine) {
  using durable::RunState;
  std::vector<durable::RunView> all;
  for (const RunState state : {RunState::ready, RunState::running, RunState::waiting}) {
    durable::RunFilter filter;
    filter.state = state;
    filter.limit = kAll;
    std::vector<durable::RunView> runs = co_await engine.list(std::move(filter));
    std::ranges::move(runs, std::back_inserter(all));
  }
  co_return all;
}

Task<Answer> answer(durable::Engine& engine, Command command) {
  Answer result;
  switch (command.operation) {
    case Operation::start:
      result.runs = co_await started(engine, std::move(command.starts));
      break;
    case Operation::signal: {
      durable::SignalOptions options;
      options.signal_id = std::move(command.signal_id);
      co_await engine.signal(command.run, std::move(command.name), std::move(command.payload), std::move(options));
      break;
    }
    case Operation::cancel:
      co_await engine.cancel(command.run);
      break;
    case Operation::pause:
      co_await engine.pause(command.run);
      break;
    case Operation::resume:
      co_await engine.resume(command.run);
      break;
    case Operation::retry:
      co_await engine.retry(command.run);
      break;
    case Operation::describe:
      result.view = co_await engine.describe(command.run);
      break;
    case Operation::query:
      result.value = co_await engine.query(command.run, std::move(command.name));
      break;
    case Operation::counts:
      result.counts = co_await engine.counts();
      break;
    case Operation::unfinished:
      result.views = co_await unfinished(engine);
      break;
  }
  co_return result;
}

}  // namespace

Task<Answer> perform(durable::Engine& engine, Command command) {
  const std::int64_t id = command.id;
  Answer result;
  try {
    result = co_await answer(engine, std::move(command));
  } catch (const std::exception& error) {
    result.failure = durable::context_detail::failure_of(std::current_exception());
  }
  result.id = id;
  co_return result;
}

}  // namespace tenon::chaos
