// Requirements and assertions of a brief, from the domain, its features and assertions.yaml.
#pragma once

#include <vector>

#include "agents/brief.h"
#include "agents/brief_domain.h"

namespace tenon::agents {

// `brief` is complete but for its requirements. Throws invalid_argument for a text or check that uses a name the model
// lacks, and for two assertions with the same key.
std::vector<Requirement> requirements_for(const Brief& brief, const AdaptedDomain& adapted, const Knowledge& knowledge);

}  // namespace tenon::agents
