#include "durable/recurrence/calendar_rule.h"

#include <algorithm>

#include "durable/recurrence/days.h"

namespace tenon::durable {
namespace {

using namespace std::chrono;

template <std::size_t N>
std::bitset<N> or_else(std::bitset<N> set, std::int64_t value) {
  if (set.none()) set.set(static_cast<std::size_t>(value));
  return set;
}

std::vector<seconds> times_of_day(const RecurrenceRule& rule, hh_mm_ss<seconds> start) {
  const auto of_hours = or_else(rule.hours, start.hours().count());
  const auto of_minutes = or_else(rule.minutes, start.minutes().count());
  const auto of_seconds = or_else(rule.seconds, start.seconds().count());
  std::vector<seconds> times;
  for (unsigned hour = 0; hour < 24; ++hour) {
    if (!of_hours[hour]) continue;
    for (unsigned minute = 0; minute < 60; ++minute) {
      if (!of_minutes[minute]) continue;
      for (unsigned second = 0; second < 60; ++second) {
        if (of_seconds[second]) times.push_back(hours(hour) + minutes(minute) + seconds(second));
      }
    }
  }
  return times;
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

std::int64_t months_since_zero(year_month_day date) {
  return static_cast<int>(date.year()) * std::int64_t{12} + static_cast<unsigned>(date.month()) - 1;
}

}  // namespace

CalendarRule::CalendarRule(RecurrenceRule rule, local_seconds start)
    : rule_(with_days_of(std::move(rule), floor<days>(start))),
      start_(floor<days>(start)),
      times_(times_of_day(rule_, hh_mm_ss(start - start_))) {}

CalendarRule::Period CalendarRule::period_of(local_days day) const {
  const auto numbered = [this](std::int64_t index) { return Period{.index = index, .first = first_day(index)}; };
  const year_month_day date(day);
  const year_month_day start(start_);
  switch (rule_.frequency) {
    case Frequency::yearly:
      return numbered(static_cast<int>(date.year()) - static_cast<int>(start.year()));
    case Frequency::monthly:
      return numbered(months_since_zero(date) - months_since_zero(start));
    case Frequency::weekly:
      return numbered(floor_divide((day - first_day(0)).count(), 7));
    default:
      return numbered((day - start_).count());
  }
}

local_days CalendarRule::first_day(std::int64_t period) const {
  const year_month_day start(start_);
  switch (rule_.frequency) {
    case Frequency::yearly:
      return local_days((start.year() + years(period)) / January / 1);
    case Frequency::monthly:
      return local_days((start.year() / start.month() + months(period)) / 1);
    case Frequency::weekly:
      return start_ - (weekday(start_) - rule_.week_start) + days(7 * period);
    default:
      return start_ + days(period);
  }
}

std::optional<local_seconds> CalendarRule::first_on(local_days day, local_seconds from) const {
  if (!day_matches(rule_, day)) return std::nullopt;
  const auto time = std::ranges::lower_bound(times_, from - day);
  if (time == times_.end()) return std::nullopt;
  return day + *time;
}

// BYSETPOS numbers the occurrences of a period: its days times the times of each day, so that they need not be listed.
std::optional<local_seconds> CalendarRule::first_chosen(Period period, local_seconds from, SearchBudget& budget) const {
  std::vector<local_days> matching;
  const local_days end = first_day(period.index + 1);
  budget.spend(static_cast<std::size_t>((end - period.first).count()));
  for (local_days day = period.first; day < end; day += days(1)) {
    if (day_matches(rule_, day)) matching.push_back(day);
  }
  const auto per_day = static_cast<std::int64_t>(times_.size());
  const std::int64_t all = static_cast<std::int64_t>(matching.size()) * per_day;
  std::optional<local_seconds> first;
  for (const int position : rule_.positions) {
    const std::int64_t place = position > 0 ? position - 1 : all + position;
    if (place < 0 || place >= all) continue;
    const local_seconds time =
        matching[static_cast<std::size_t>(place / per_day)] + times_[static_cast<std::size_t>(place % per_day)];
    if (time >= from && (!first || time < *first)) first = time;
  }
  return first;
}

std::optional<local_seconds> CalendarRule::first_in(local_seconds from, local_seconds until,
                                                    SearchBudget& budget) const {
  local_days day = floor<days>(from);
  while (day <= until) {
    budget.spend();
    const Period period = period_of(day);
    const std::int64_t beyond = ((period.index % rule_.interval) + rule_.interval) % rule_.interval;
    if (beyond != 0) {
      const std::int64_t next = period.index - beyond + rule_.interval;
      // One period is at least a day: this many are past any end, and maybe past what a date can hold.
      if (next - period.index > (floor<days>(until) - day).count()) return std::nullopt;
      day = first_day(next);
      continue;
    }
    const std::optional<local_seconds> found =
        rule_.positions.empty() ? first_on(day, from) : first_chosen(period, from, budget);
    if (found) return *found <= until ? found : std::nullopt;
    day = rule_.positions.empty() ? day + days(1) : first_day(period.index + 1);
  }
  return std::nullopt;
}

}  // namespace tenon::durable
