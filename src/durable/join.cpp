// Lines of one run that move at the same time.
#include <algorithm>

#include <boost/asio/co_spawn.hpp>

#include "durable/execution.h"

namespace tenon::durable {

struct Execution::Join {
  std::vector<std::optional<Task<void>>> tasks;  // taken when begun
  std::vector<std::size_t> missing;              // dependencies that have not ended
  std::vector<std::vector<std::size_t>> dependents;
  std::vector<std::exception_ptr> failures;
  std::size_t at_most = 0;
  std::size_t running = 0;
  bool failed = false;
  SuspensionPtr waiting = std::make_shared<Suspension>();
};

namespace {

// Throws unless every task can begin at some time.
void check_dependencies(std::vector<std::size_t> missing, const std::vector<std::vector<std::size_t>>& dependents) {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < missing.size(); ++i) {
    if (missing[i] == 0) free.push_back(i);
  }
  for (std::size_t next = 0; next < free.size(); ++next) {
    for (const std::size_t dependent : dependents[free[next]]) {
      if (--missing[dependent] == 0) free.push_back(dependent);
    }
  }
  if (free.size() == missing.size()) return;
  throw Error(ErrorCode::invalid_argument, fmt::format("{} of {} tasks wait for each other in a circle.",
                                                       missing.size() - free.size(), missing.size()));
}

}  // namespace

Task<void> Execution::graph(std::vector<Task<void>> tasks, std::vector<std::vector<std::size_t>> after,
                            std::size_t at_most) {
  auto join = std::make_shared<Join>();
  after.resize(tasks.size());
  join->dependents.resize(tasks.size());
  join->failures.resize(tasks.size());
  join->at_most = std::max<std::size_t>(at_most, 1);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    join->tasks.emplace_back(std::move(tasks[i]));
    join->missing.push_back(after[i].size());
    for (const std::size_t dependency : after[i]) {
      if (dependency >= tasks.size()) {
        throw Error(ErrorCode::invalid_argument,
                    fmt::format("Task {} comes after task {}, which does not exist.", i, dependency));
      }
      join->dependents[dependency].push_back(i);
    }
  }
  check_dependencies(join->missing, join->dependents);
  co_await gate();
  start_more(join);
  if (join->running > 0) co_await suspend(join->waiting);
  for (const std::exception_ptr& failure : join->failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

void Execution::start_more(const std::shared_ptr<Join>& join) {
  for (std::size_t i = 0; i < join->tasks.size() && join->running < join->at_most && !join->failed; ++i) {
    if (!join->tasks[i] || join->missing[i] > 0) continue;
    Task<void> task = std::move(*join->tasks[i]);
    join->tasks[i].reset();
    ++join->running;
    ++active_;
    boost::asio::co_spawn(strand_, std::move(task), [self = shared_from_this(), join, i](std::exception_ptr failure) {
      self->ended(join, i, failure);
    });
  }
}

void Execution::ended(const std::shared_ptr<Join>& join, std::size_t index, std::exception_ptr failure) {
  --join->running;
  join->failures[index] = failure;
  join->failed = join->failed || failure;
  for (const std::size_t dependent : join->dependents[index]) --join->missing[dependent];
  // After a halt nothing new is begun: a join with tasks left stays suspended and is dropped with the rest.
  if (halt_ == Halt::none) start_more(join);
  const bool left = std::ranges::any_of(join->tasks, [](const auto& task) { return task.has_value(); });
  if (join->running == 0 && (!left || join->failed)) resume(join->waiting);
  if (--active_ == 0) became_still();
}

}  // namespace tenon::durable
