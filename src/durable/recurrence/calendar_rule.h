// Occurrences of a rule whose times of day are named (FREQ=DAILY to YEARLY, cron with fixed hours), on the wall clock:
// no zone is known here.
#pragma once

#include "durable/recurrence/budget.h"
#include "durable/recurrence/rule.h"

namespace tenon::durable {

class CalendarRule final {
 public:
  // Days and times that the rule leaves open are those of `start`; intervals count from it.
  CalendarRule(RecurrenceRule rule, std::chrono::local_seconds start);

  // The first occurrence in [from, until]. Intervals before `start` count backwards.
  std::optional<std::chrono::local_seconds> first_in(std::chrono::local_seconds from, std::chrono::local_seconds until,
                                                     SearchBudget& budget) const;

 private:
  struct Period {
    std::int64_t index = 0;  // 0 is the period of start
    std::chrono::local_days first;
  };

  Period period_of(std::chrono::local_days day) const;
  std::chrono::local_days first_day(std::int64_t period) const;
  std::optional<std::chrono::local_seconds> first_on(std::chrono::local_days day,
                                                     std::chrono::local_seconds from) const;
  std::optional<std::chrono::local_seconds> first_chosen(Period period, std::chrono::local_seconds from,
                                                         SearchBudget& budget) const;

  RecurrenceRule rule_;
  std::chrono::local_days start_;
  std::vector<std::chrono::seconds> times_;  // of each day, ascending
};

}  // namespace tenon::durable
