// Values that an entity accepts, as checks and attacks use them (`${valid}` and `${valid2}`). What must differ from
// record to record is a placeholder that is filled freshly for each check: unique fields, and one field of each group
// of fields that is unique together or shares a capacity. References name existing records.
#pragma once

#include <expected>
#include <string>

#include "agents/brief.h"
#include "agents/field_values.h"
#include "delivery/harness/subject.h"

namespace tenon::delivery {

json::object valid_values(const agents::Entity& entity, const agents::Brief& brief, agents::Variant variant);

// The step with every `form` and `json` that is "${valid}", "${valid2}" or {from, set, drop} written out. `entity` is
// null for assertions of the whole app. The error says what is wrong with the step.
std::expected<json::object, std::string> with_values(const json::object& step, const SubjectEntity* entity);

}  // namespace tenon::delivery
