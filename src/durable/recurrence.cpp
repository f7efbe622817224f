#include "durable/recurrence.h"

#include <fmt/format.h>

#include "core/error.h"
#include "durable/recurrence/pattern.h"

namespace tenon::durable {
namespace {

using namespace std::chrono;

RecurrenceRule parse_rule(const std::string& text) {
  if (text.size() > Recurrence::kMaxRuleLength) {
    throw Error(ErrorCode::invalid_argument, fmt::format("The recurrence rule has {} bytes.", text.size()),
                fmt::format("Rules have up to {} bytes.", Recurrence::kMaxRuleLength));
  }
  return text.find('=') == std::string::npos ? parse_cron(text) : parse_rrule(text);
}

sys_seconds checked_start(Timestamp start) {
  if (start >= sys_days(year(1970) / January / 1) && start < sys_days(year(2400) / January / 1)) {
    return floor<seconds>(start);
  }
  throw Error(ErrorCode::invalid_argument, "The start of the recurrence is not between the years 1970 and 2400.",
              "Times are milliseconds since 1970.");
}

}  // namespace

Recurrence::Recurrence(RecurrenceSpec spec)
    : spec_(std::move(spec)),
      pattern_(std::make_shared<RecurrencePattern>(parse_rule(spec_.rule), TimeZone(spec_.zone),
                                                   checked_start(spec_.start), SearchBudget(kMaxSteps))) {}

RecurrenceSearch Recurrence::search_after(Timestamp time) const {
  SearchBudget budget(kMaxSteps);
  const std::optional<sys_seconds> found = pattern_->first_after(floor<seconds>(time), budget);
  return {.time = found, .steps = budget.spent()};
}

}  // namespace tenon::durable
