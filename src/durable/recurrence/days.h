// Whether a day satisfies the parts of a rule that speak of days. Each part is a filter, in every frequency: what RFC
// 5545 §3.3.10 calls "expand" is the same filter over a longer period.
#pragma once

#include "durable/recurrence/rule.h"

namespace tenon::durable {

bool day_matches(const RecurrenceRule& rule, std::chrono::local_days day);

// The rule with the days that it leaves open taken from `start`.
RecurrenceRule with_days_of(RecurrenceRule rule, std::chrono::local_days start);

}  // namespace tenon::durable
