// A rule in its zone, with its start and its end: the search behind Recurrence.
#pragma once

#include <variant>

#include "durable/recurrence/calendar_rule.h"
#include "durable/recurrence/elapsed_rule.h"

namespace tenon::durable {

class RecurrencePattern final {
 public:
  // Resolves COUNT and UNTIL to the last occurrence that may be. Throws invalid_argument when nothing ever occurs, or
  // when the budget does not suffice to know.
  RecurrencePattern(const RecurrenceRule& rule, TimeZone zone, std::chrono::sys_seconds start, SearchBudget budget);

  // The first occurrence strictly after `time`.
  std::optional<std::chrono::sys_seconds> first_after(std::chrono::sys_seconds time, SearchBudget& budget) const;

 private:
  std::optional<std::chrono::sys_seconds> first_after(std::chrono::sys_seconds time, const CalendarRule& rule,
                                                      SearchBudget& budget) const;
  std::optional<std::chrono::sys_seconds> first_after(std::chrono::sys_seconds time, const ElapsedRule& rule,
                                                      SearchBudget& budget) const;
  std::chrono::local_seconds earliest_wall(std::chrono::sys_seconds time) const;
  void end_after(std::int64_t count, const CalendarRule& rule, SearchBudget& budget);
  void end_after(std::int64_t count, const ElapsedRule& rule, SearchBudget& budget);

  TimeZone zone_;
  std::chrono::sys_seconds start_;
  std::variant<CalendarRule, ElapsedRule> rule_;
  // Both bound the occurrences: two walls may be one instant, so COUNT of a calendar rule ends on the wall clock.
  std::chrono::sys_seconds last_;
  std::chrono::local_seconds last_wall_;
};

}  // namespace tenon::durable
