// From words to fields and samples, for what a goal names and no domain knows.
#pragma once

#include <string>
#include <vector>

#include "agents/knowledge.h"

namespace tenon::agents {

// A name that is a safe identifier in every stack: snake_case ASCII, at most 40 characters, not reserved (then with
// `suffix`). Empty when no letter is left.
std::string safe_name(std::string_view words, std::string_view suffix, const InterviewBook& book);

// Field for a phrase such as "service date"; the type follows from the name by the rules of interview.yaml.
Field guessed_field(std::string_view phrase, const InterviewBook& book);

// True when a rule, and not the last resort, knows the name.
bool is_known_field(std::string_view phrase, const InterviewBook& book);

// What is known about a thing of that singular name.
const Thing& thing_named(std::string_view name, const InterviewBook& book);

// Completes an entity that has a name and perhaps fields: title field, default fields, titles, flags, slug.
void complete_entity(Entity& entity, const InterviewBook& book);

// Believable samples; references go round the samples of their target, which has `kSampleCount` as well.
inline constexpr std::size_t kSampleCount = 6;
std::vector<json::object> believable_samples(const Entity& entity, const InterviewBook& book);

// A value of that field for the sample at `index`.
json::value believable_value(const Entity& entity, const Field& field, std::size_t index, const InterviewBook& book);

}  // namespace tenon::agents
