// What the files of the golden paths promise each other: names that exist, samples that fit their fields, tasks without
// circles.
#pragma once

#include "agents/knowledge.h"
#include "agents/names.h"

namespace tenon::agents {

inline constexpr std::string_view kFreeForm = "free-form";

// Fills plural, slug, title, titles and labels that a file leaves to the rules.
void complete_names(Entity& entity, const Irregular& irregular);

// Throws invalid_argument naming file, path and what was expected.
void check_knowledge(const Knowledge& knowledge);

// Also for domains that were put together from a goal; `file` is shown in errors.
void check_domain(const Domain& domain, const Knowledge& knowledge, const std::string& file);

}  // namespace tenon::agents
