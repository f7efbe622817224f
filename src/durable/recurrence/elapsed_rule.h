// Occurrences of a rule by the hour, minute or second (and of cron with any hour): instants at equal real distances
// from the start, of which those remain whose wall clock satisfies the BY parts.
#pragma once

#include "durable/recurrence/budget.h"
#include "durable/recurrence/rule.h"
#include "durable/recurrence/time_zone.h"

namespace tenon::durable {

class ElapsedRule final {
 public:
  ElapsedRule(RecurrenceRule rule, TimeZone zone, std::chrono::sys_seconds start);

  // The first occurrence in [from, until]; `from` is not before the start.
  std::optional<std::chrono::sys_seconds> first_in(std::chrono::sys_seconds from, std::chrono::sys_seconds until,
                                                   SearchBudget& budget) const;

 private:
  std::chrono::sys_seconds on_grid(std::chrono::sys_seconds time) const;
  std::chrono::sys_seconds in_interval(std::chrono::sys_seconds time) const;
  std::chrono::sys_seconds period_begin(std::chrono::sys_seconds time) const;
  std::chrono::seconds until_it_may_match(std::chrono::local_seconds wall) const;
  std::optional<std::chrono::sys_seconds> first_match(std::chrono::sys_seconds from, std::chrono::sys_seconds until,
                                                      SearchBudget& budget) const;
  std::optional<std::chrono::sys_seconds> first_chosen(std::chrono::sys_seconds begin, std::chrono::sys_seconds from,
                                                       SearchBudget& budget) const;

  RecurrenceRule rule_;
  TimeZone zone_;
  std::chrono::sys_seconds start_;
  std::chrono::seconds unit_;            // of the frequency
  std::chrono::sys_seconds first_unit_;  // the unit that has the start
  std::chrono::seconds grid_;            // distance of the instants that a unit may have, from the start
};

}  // namespace tenon::durable
