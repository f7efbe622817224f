// Samples in the app model: as values for a database, and as texts that a page without a server can show.
#pragma once

#include "agents/entity_model.h"

namespace tenon::agents {

// Puts samples, highlights and has_more into an entity's model.
void put_samples(json::object& model, const Entity& entity, const EntityScope& scope);

// A day or a number the way the language writes it: 20 March 2026, 20.03.2026, 1234,5.
std::string written_date(std::string_view iso, std::string_view language);
std::string written_number(std::string number, std::string_view language);

}  // namespace tenon::agents
