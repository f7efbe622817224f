// What the delivery tables say about a run, beside the engine's own rows. Empty for runs that are no deliveries.
#pragma once

#include <string>
#include <vector>

#include "cli/records.h"

namespace tenon::cli {

struct DeliveryFacts {
  std::string stage;
  std::string project;  // its slug
  std::string goal;
};

// In the order of the runs, in one transaction.
std::vector<DeliveryFacts> delivery_facts(Records& records, const std::vector<durable::RunView>& runs);
DeliveryFacts delivery_facts(Records& records, const durable::RunView& run);

}  // namespace tenon::cli
