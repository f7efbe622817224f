#include "durable/recurrence/days.h"

#include <algorithm>

namespace tenon::durable {
namespace {

using namespace std::chrono;

struct Period {
  local_days first;
  local_days last;

  // The how many-th step of `width` days this is, from 1, from either end.
  std::size_t from_start(local_days day, int width) const {
    return static_cast<std::size_t>((day - first).count() / width + 1);
  }
  std::size_t from_end(local_days day, int width) const {
    return static_cast<std::size_t>((last - day).count() / width + 1);
  }
};

Period year_of(year_month_day date) {
  return {.first = local_days(date.year() / January / 1), .last = local_days(date.year() / December / 31)};
}

Period month_of(year_month_day date) {
  const year_month month = date.year() / date.month();
  return {.first = local_days(month / 1), .last = local_days(month / last)};
}

bool week_matches(const RecurrenceRule& rule, local_days day) {
  // A week belongs to the year that has its fourth day; that day counts the weeks (ISO 8601 with a movable first day).
  const local_days fourth = day - (weekday(day) - rule.week_start) + days(3);
  const Period year = year_of(year_month_day(fourth));
  return rule.weeks.contains(year.from_start(fourth, 7), year.from_end(fourth, 7));
}

bool weekday_matches(const RecurrenceRule& rule, local_days day, year_month_day date) {
  const bool within_month = rule.frequency != Frequency::yearly || rule.months.any();
  return std::ranges::any_of(rule.weekdays, [&](const NthWeekday& wanted) {
    if (wanted.weekday != weekday(day)) return false;
    if (wanted.nth == 0) return true;
    const Period period = within_month ? month_of(date) : year_of(date);
    const std::size_t nth = wanted.nth > 0 ? period.from_start(day, 7) : period.from_end(day, 7);
    return nth == static_cast<std::size_t>(std::abs(wanted.nth));
  });
}

bool month_day_matches(const RecurrenceRule& rule, local_days day, year_month_day date) {
  const Period month = month_of(date);
  return rule.month_days.contains(month.from_start(day, 1), month.from_end(day, 1));
}

bool year_day_matches(const RecurrenceRule& rule, local_days day, year_month_day date) {
  const Period year = year_of(date);
  return rule.year_days.contains(year.from_start(day, 1), year.from_end(day, 1));
}

}  // namespace

bool day_matches(const RecurrenceRule& rule, local_days day) {
  const year_month_day date(day);
  if (rule.months.any() && !rule.months[static_cast<unsigned>(date.month())]) return false;
  if (rule.year_days.any() && !year_day_matches(rule, day, date)) return false;
  if (rule.weeks.any() && !week_matches(rule, day)) return false;
  if (rule.day_match == DayMatch::either) {
    return month_day_matches(rule, day, date) || weekday_matches(rule, day, date);
  }
  return (!rule.month_days.any() || month_day_matches(rule, day, date)) &&
         (rule.weekdays.empty() || weekday_matches(rule, day, date));
}

RecurrenceRule with_days_of(RecurrenceRule rule, local_days start) {
  if (rule.frequency < Frequency::weekly) return rule;
  if (rule.month_days.any() || rule.year_days.any() || !rule.weekdays.empty()) return rule;
  if (rule.frequency == Frequency::weekly || rule.weeks.any()) {
    rule.weekdays.push_back({.weekday = weekday(start)});
    return rule;
  }
  const year_month_day date(start);
  rule.month_days.from_start.set(static_cast<unsigned>(date.day()));
  if (rule.frequency == Frequency::yearly && !rule.months.any()) rule.months.set(static_cast<unsigned>(date.month()));
  return rule;
}

}  // namespace tenon::durable
