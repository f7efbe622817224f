#include "cli/delivery_facts.h"

namespace tenon::cli {
namespace {

DeliveryFacts facts_of(store::Transaction& tx, const TenantId& tenant, const durable::RunView& run) {
  DeliveryFacts facts;
  if (run.workflow != delivery::kDeliverWorkflow) return facts;
  facts.stage = "NEW";
  if (const auto row = delivery::stage_of(tx, tenant, run.run_id))
    facts.stage = boost::describe::enum_to_string(row->stage, "");
  if (const auto project = delivery::project_of_run(tx, tenant, run.run_id)) {
    if (const auto found = delivery::find_project(tx, tenant, project->text)) facts.project = found->slug;
  }
  if (const auto brief = delivery::artifact_of_run(tx, tenant, run.run_id, "brief"))
    facts.goal = from_json<agents::Brief>(parse_json(brief->content, "the stored brief")).goal;
  return facts;
}

}  // namespace

std::vector<DeliveryFacts> delivery_facts(Records& records, const std::vector<durable::RunView>& runs) {
  return records.database->read_blocking([&](store::Transaction& tx) {
    std::vector<DeliveryFacts> facts;
    facts.reserve(runs.size());
    for (const durable::RunView& run : runs) facts.push_back(facts_of(tx, records.tenant, run));
    return facts;
  });
}

DeliveryFacts delivery_facts(Records& records, const durable::RunView& run) {
  return records.database->read_blocking([&](store::Transaction& tx) { return facts_of(tx, records.tenant, run); });
}

}  // namespace tenon::cli
