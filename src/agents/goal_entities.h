// From things a goal names to entities: free-form ones, or additions to those of a domain.
#pragma once

#include <string>
#include <vector>

#include "agents/goal.h"
#include "agents/named_things.h"

namespace tenon::agents {

// Complete entities with samples; the fallback of interview.yaml when the text names only a subject.
std::vector<NamedEntity> free_entities(const std::vector<NamedThing>& things, std::string_view access,
                                       const InterviewBook& book);

// Whether a thing is one of the domain's entities, by its name, title or slug.
bool names_entity_of(const Domain& domain, const NamedThing& thing, const Irregular& irregular);

// New entities, and fields for entities the domain has. `known` are the words of the domain, which name nothing new.
std::vector<NamedEntity> domain_entities(const std::vector<NamedThing>& things, const Domain& domain,
                                         const std::vector<Words>& known, const InterviewBook& book);

}  // namespace tenon::agents
