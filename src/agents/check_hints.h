// What the checks of assertions.yaml lean on: titles of samples, a field that must be filled, a value to filter by.
#pragma once

#include "agents/entity_model.h"

namespace tenon::agents {

void put_check_hints(json::object& model, const Entity& entity, const EntityScope& scope);

}  // namespace tenon::agents
