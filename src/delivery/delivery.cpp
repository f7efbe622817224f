#include "delivery/delivery.h"

#include <boost/describe/enum_from_string.hpp>

#include "agents/interview.h"
#include "core/log.h"
#include "delivery/inheritance.h"
#include "delivery/workflow.h"
#include "native/fsops/remove_tree.h"

namespace tenon::delivery {
namespace {

Task<DeliveryResult> deliver(Services& services, durable::Context run, DeliveryInput input) {
  Delivery delivery{.services = services,
                    .input = std::move(input),
                    .run = run,
                    .scope = {.tenant = run.tenant_id(), .project = {}, .run = run.run_id()}};
  auto opening = open(delivery);
  co_await std::move(opening);
  auto planning = plan(delivery);
  co_await std::move(planning);
  auto designing = design(delivery);
  co_await std::move(designing);
  auto building = build(delivery);
  co_await std::move(building);
  auto verifying = verify(delivery);
  co_await std::move(verifying);
  auto reviewing = review(delivery);
  co_await std::move(reviewing);
  auto releasing = release(delivery);
  const Release released = co_await std::move(releasing);
  auto confirming = confirm(delivery);
  co_await std::move(confirming);
  co_return DeliveryResult{.project = delivery.scope.project,
                           .slug = delivery.slug,
                           .commit = delivery.commit,
                           .version = released.version,
                           .repository_path = delivery.input.repository_path};
}

}  // namespace

void define_deliveries(durable::Engine& engine, Services& services) {
  engine.define<DeliveryInput>(kDeliverWorkflow, 1, [&services](durable::Context& run, DeliveryInput input) {
    return deliver(services, run, std::move(input));
  });
}

void follow_run(events::Timeline& timeline, store::Transaction& tx, const durable::Change& change) {
  if (change.workflow != kDeliverWorkflow) return;
  const bool failed = change.kind == durable::ChangeKind::run_failed || change.kind == durable::ChangeKind::run_dead;
  const bool cancelled = change.kind == durable::ChangeKind::run_cancelled;
  const bool retried = change.kind == durable::ChangeKind::run_retried;
  if (change.kind == durable::ChangeKind::step_retrying || failed) {
    log::warning("step failed", {{"run", change.run_id.text},
                                 {"step", change.step},
                                 {"attempt", change.attempt},
                                 {"reason", change.error ? change.error->message : change.detail}});
  } else {
    log::info("run changed", {{"run", change.run_id.text},
                              {"change", to_json(change.kind)},
                              {"step", change.step},
                              {"attempt", change.attempt},
                              {"milliseconds", change.duration.count()}});
  }
  if (change.kind == durable::ChangeKind::run_started) inherit(tx, change.tenant_id, change.run_id);
  if (!failed && !cancelled && !retried) return;
  const auto row = stage_of(tx, change.tenant_id, change.run_id);
  if (!row) return;
  const Scope scope{.tenant = change.tenant_id,
                    .project = project_of_run(tx, change.tenant_id, change.run_id).value_or(ProjectId{}),
                    .run = change.run_id};
  if (retried) {
    Stage back = Stage::PLANNING;
    boost::describe::enum_from_string(row->failed_stage.c_str(), back);
    if (row->stage == Stage::FAILED) move_stage(tx, scope, back, tx.now());
    return;
  }
  const Stage to = failed ? Stage::FAILED : Stage::CANCELLED;
  if (row->stage == to || !may_move(row->stage, to)) return;
  move_stage(tx, scope, to, tx.now());
  timeline.append(tx, change.tenant_id, change.run_id,
                  DeliveryEnded{.stage = to, .reason = change.error ? change.error->message : ""});
}

void remove_scratch(const Workplace& workplace, const std::vector<RunId>& active) {
  for (const RunId& run : workplace.runs_with_scratch()) {
    if (std::ranges::find(active, run) == active.end()) fsops::remove_tree(workplace.run(run));
  }
}

agents::Brief brief_for(const DeliveryInput& input, const agents::Knowledge& knowledge, Timestamp created) {
  const agents::GoalReading reading = agents::read_goal(input.goal, knowledge);
  const agents::AnswerSheet sheet = agents::answer_sheet(json::value(input.answers), input.answers_source);
  const std::vector<agents::Answer> answers = agents::answer_all(reading, knowledge, sheet);
  return agents::make_brief(reading, answers, knowledge, created);
}

}  // namespace tenon::delivery
