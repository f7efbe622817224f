// The app model: everything a stack's templates may use, as one JSON object (docs/golden-paths.md, "Template
// language"). JSON, because templates look names up by text. Deterministic: dates come from Brief::created.
#pragma once

#include <boost/json.hpp>

#include "agents/brief.h"
#include "agents/knowledge.h"

namespace tenon::agents {

json::object app_model(const Brief& brief, const Knowledge& knowledge);

}  // namespace tenon::agents
