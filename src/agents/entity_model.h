// The part of the app model that describes one entity and its fields.
#pragma once

#include <boost/json.hpp>

#include "agents/brief.h"
#include "agents/knowledge.h"

namespace tenon::agents {

// What an entity's model takes from the rest of the app.
struct EntityScope {
  const Brief& brief;
  const Stack& stack;
  const Locale& locale;  // of the default language
  const Locale& english;
  bool translated = false;  // labels are put into the language now: a static site has no server to do it
};

json::object entity_model(const Entity& entity, const EntityScope& scope);

// The name a field has in forms and in the API: references end in "_id".
std::string field_name(const Field& field);

// What a sample is called: its title field, ready to be read.
std::string sample_title(const Entity& entity, const json::object& sample, const EntityScope& scope);

const Entity* entity_named(const Brief& brief, std::string_view name);

}  // namespace tenon::agents
