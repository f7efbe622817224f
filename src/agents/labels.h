// Labels in the app model: translated where no server does it later.
#pragma once

#include <string>

#include "agents/entity_model.h"

namespace tenon::agents {

// Null when the entity has no such field.
const Field* field_of(const Entity& entity, std::string_view name);

std::string label_of(const std::string& label, const EntityScope& scope);

// As it stands inside a sentence: German nouns keep their capital, abbreviations keep all of them.
std::string lowered(const std::string& title, const EntityScope& scope);

}  // namespace tenon::agents
