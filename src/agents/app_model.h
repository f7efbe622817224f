// The app model: everything a stack's templates may use, as one JSON object (docs/golden-paths.md, "Template
// language"). JSON, because templates look names up by text. Deterministic: dates come from Brief::created.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "agents/brief.h"
#include "agents/knowledge.h"

namespace tenon::agents {

json::object app_model(const Brief& brief, const Knowledge& knowledge);

// Values that satisfy every rule of an entity, for checks and attacks. `valid` and `valid2` differ in everything that
// must be unique. Keys are field names as the API calls them (`chef_id`); values may hold the `${…}` of
// Assertion::check.
struct ExampleValues {
  std::string entity;
  std::string slug;
  std::string access;
  json::object valid;  // typed, for JSON bodies
  json::object valid2;
  std::map<std::string, std::string> valid_form;  // text, for forms
  std::map<std::string, std::string> valid2_form;
  std::vector<std::string> text_fields;  // accept any text: string and text fields without choices
};

std::vector<ExampleValues> example_values(const Brief& brief);

}  // namespace tenon::agents
