#include "durable/context.h"

#include "durable/execution.h"

namespace tenon::durable {

using context_detail::Position;

Context::Context(std::shared_ptr<Execution> execution, std::shared_ptr<Branch> branch)
    : execution_(std::move(execution)), branch_(std::move(branch)) {}
Context::Context(const Context&) = default;
Context::Context(Context&&) noexcept = default;
Context::~Context() = default;

const RunId& Context::run_id() const { return execution_->lease().run_id(); }
const TenantId& Context::tenant_id() const { return execution_->lease().run.tenant_id; }

Position Context::next_position(std::string name) {
  require_text("The name", name);
  execution_->skip_dropped_patches(*branch_);
  Position at{.branch = branch_->path, .position = ++branch_->position, .name = std::move(name)};
  at.occurrence = ++branch_->occurrences[at.name];
  return at;
}

Context Context::branch(std::string name) {
  if (name.empty() || name.find_first_of("/#") != std::string::npos) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("'{}' is no name for a branch: it must not have / or #.", name));
  }
  require_text("The name", name);
  const std::int64_t occurrence = ++branch_->branches[name];
  if (occurrence > 1) name += fmt::format("#{}", occurrence);
  auto inner = std::make_shared<Branch>();
  inner->path = branch_->path.empty() ? name : branch_->path + "/" + name;
  return Context(execution_, std::move(inner));
}

Task<json::value> Context::perform_step(Position at, context_detail::StepBody body, StepOptions options) {
  return execution_->step(std::move(at), std::move(body), std::move(options));
}

Task<json::value> Context::perform_store_step(Position at, context_detail::StoreBody body, StepOptions options) {
  return execution_->store_step(std::move(at), std::move(body), std::move(options));
}

Task<json::value> Context::perform_signal(Position at) { return execution_->signal(std::move(at)); }

Task<json::value> Context::perform_child(Position at, std::string workflow, json::value input, ChildOptions options) {
  return execution_->child(std::move(at), std::move(workflow), std::move(input), options);
}

Task<void> Context::perform_publish(Position at, std::string key, json::value value) {
  return execution_->publish(std::move(at), std::move(key), std::move(value));
}

Task<bool> Context::patched(std::string name) {
  require_text("The name", name);
  return execution_->patched(*branch_, std::move(name));
}

Task<void> Context::sleep_until(Timestamp time) {
  return context_detail::decoded<void>(execution_->timer(next_position("timer"), time, Milliseconds(0)));
}

Task<void> Context::sleep_for(Milliseconds duration) {
  return context_detail::decoded<void>(execution_->timer(next_position("timer"), std::nullopt, duration));
}

Task<void> Context::all(std::vector<Task<void>> tasks, std::size_t at_most) {
  std::vector<std::vector<std::size_t>> after(tasks.size());
  return execution_->graph(std::move(tasks), std::move(after), at_most);
}

Task<void> Context::graph(std::vector<Task<void>> tasks, std::vector<std::vector<std::size_t>> after,
                          std::size_t at_most) {
  return execution_->graph(std::move(tasks), std::move(after), at_most);
}

}  // namespace tenon::durable
