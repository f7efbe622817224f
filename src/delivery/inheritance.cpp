#include "delivery/inheritance.h"

#include <boost/describe/enum_from_string.hpp>

#include "delivery/workflow.h"
#include "durable/journal.h"
#include "durable/run_view.h"

namespace tenon::delivery {
namespace {

struct Point {
  Stage stage = Stage::NEW;
  Timestamp at;
};

// How far the steps in a journal have brought a delivery. All that writes into the project store is a store step, and
// its rows have a time that is not after its end.
Point reached(const std::vector<durable::JournalEntry>& journal) {
  Point point;
  for (const durable::JournalEntry& entry : journal) {
    if (entry.kind != durable::StepKind::store_step || entry.state != durable::StepState::completed) continue;
    point.at = std::max(point.at, entry.finished_at.value_or(Timestamp{}));
    if (entry.name == kBriefStep) point.stage = Stage::PLANNING;
    if (entry.name.starts_with(kStageStep))
      boost::describe::enum_from_string(entry.name.substr(kStageStep.size()).c_str(), point.stage);
  }
  return point;
}

}  // namespace

void inherit(store::Transaction& tx, const TenantId& tenant, const RunId& run) {
  if (stage_of(tx, tenant, run)) return;
  const std::optional<RunId> origin = durable::view(tx, run).forked_from;
  if (!origin) return;
  const std::optional<ProjectId> project = project_of_run(tx, tenant, *origin);
  const Point point = reached(durable::entries(tx, run));
  if (!project || point.stage == Stage::NEW) return;

  const Scope scope{.tenant = tenant, .project = *project, .run = run};
  move_stage(tx, scope, point.stage, tx.now());
  for (const Artifact& artifact : artifacts_of_run(tx, tenant, *origin)) {
    if (artifact.created_at <= point.at)
      add_artifact(tx, scope, artifact.kind, artifact.media_type, artifact.content, artifact.created_at);
  }
  for (const Evidence& evidence : evidence_of_run(tx, tenant, *origin)) {
    if (evidence.created_at <= point.at) add_evidence(tx, scope, evidence);
  }
}

}  // namespace tenon::delivery
