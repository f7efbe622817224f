#include "durable/recurrence/elapsed_rule.h"

#include <algorithm>

#include "durable/recurrence/days.h"

namespace tenon::durable {
namespace {

using namespace std::chrono;

seconds unit_of(Frequency frequency) {
  if (frequency == Frequency::hourly) return hours(1);
  return frequency == Frequency::minutely ? seconds(60) : seconds(1);
}

// A unit has one instant, the start's place in it, unless a BY part names smaller units.
seconds grid_of(const RecurrenceRule& rule) {
  if (rule.seconds.any()) return seconds(1);
  return rule.minutes.any() ? std::min(seconds(60), unit_of(rule.frequency)) : unit_of(rule.frequency);
}

// Steps to the next member of a non-empty set, or to the end of the numbers.
template <std::size_t N>
std::int64_t steps_to_member(const std::bitset<N>& set, std::size_t from) {
  std::size_t place = from;
  while (place < N && !set[place]) ++place;
  return static_cast<std::int64_t>(place - from);
}

RecurrenceRule completed(RecurrenceRule rule, local_seconds start) {
  const bool minute_is_open = rule.frequency == Frequency::hourly && rule.minutes.none() && rule.seconds.any();
  const hh_mm_ss time(start - floor<days>(start));
  if (minute_is_open) rule.minutes.set(static_cast<std::size_t>(time.minutes().count()));
  return rule;
}

}  // namespace

ElapsedRule::ElapsedRule(RecurrenceRule rule, TimeZone zone, sys_seconds start)
    : rule_(completed(std::move(rule), zone.wall(start))),
      zone_(zone),
      start_(start),
      unit_(unit_of(rule_.frequency)),
      first_unit_(start - zone.wall(start).time_since_epoch() % unit_),
      grid_(grid_of(rule_)) {}

sys_seconds ElapsedRule::on_grid(sys_seconds time) const {
  const seconds missing = (start_ - time) % grid_;
  return time + missing + (missing < seconds(0) ? grid_ : seconds(0));
}

sys_seconds ElapsedRule::period_begin(sys_seconds time) const { return time - (time - first_unit_) % unit_; }

// The time itself, or the begin of the next unit that the interval does not leave out.
sys_seconds ElapsedRule::in_interval(sys_seconds time) const {
  const std::int64_t index = (time - first_unit_) / unit_;
  const std::int64_t beyond = index % rule_.interval;
  return beyond == 0 ? time : first_unit_ + unit_ * (index - beyond + rule_.interval);
}

// 0 when this wall time matches; otherwise nothing matches before so many seconds on the same wall clock.
seconds ElapsedRule::until_it_may_match(local_seconds wall) const {
  const local_days day = floor<days>(wall);
  const hh_mm_ss time(wall - day);
  if (!day_matches(rule_, day)) return day + days(1) - wall;
  if (rule_.hours.any()) {
    const auto steps = steps_to_member(rule_.hours, static_cast<std::size_t>(time.hours().count()));
    if (steps > 0) return day + time.hours() + hours(steps) - wall;
  }
  if (rule_.minutes.any()) {
    const auto steps = steps_to_member(rule_.minutes, static_cast<std::size_t>(time.minutes().count()));
    if (steps > 0) return minutes(steps) - time.seconds();
  }
  if (rule_.seconds.none()) return seconds(0);
  return seconds(steps_to_member(rule_.seconds, static_cast<std::size_t>(time.seconds().count())));
}

std::optional<sys_seconds> ElapsedRule::first_match(sys_seconds from, sys_seconds until, SearchBudget& budget) const {
  TimeZone::Span span = zone_.span_at(from);
  sys_seconds time = on_grid(from);
  while (time <= until) {
    budget.spend();
    const sys_seconds wanted = on_grid(in_interval(time));
    if (wanted != time) {
      time = wanted;
      continue;
    }
    if (time >= span.end) span = zone_.span_at(time);
    const seconds wait = until_it_may_match(local_seconds(time.time_since_epoch() + span.offset));
    if (wait == seconds(0)) return time;
    // The wall clock may jump at the end of the span: look again there.
    time = on_grid(std::min(time + wait, span.end));
  }
  return std::nullopt;
}

// BYSETPOS numbers the occurrences of a unit.
std::optional<sys_seconds> ElapsedRule::first_chosen(sys_seconds begin, sys_seconds from, SearchBudget& budget) const {
  std::vector<sys_seconds> matching;
  const sys_seconds last = begin + unit_ - seconds(1);
  for (auto time = first_match(begin, last, budget); time; time = first_match(*time + seconds(1), last, budget)) {
    matching.push_back(*time);
  }
  const auto all = static_cast<std::int64_t>(matching.size());
  std::optional<sys_seconds> first;
  for (const int position : rule_.positions) {
    const std::int64_t place = position > 0 ? position - 1 : all + position;
    if (place < 0 || place >= all) continue;
    const sys_seconds time = matching[static_cast<std::size_t>(place)];
    if (time >= from && (!first || time < *first)) first = time;
  }
  return first;
}

std::optional<sys_seconds> ElapsedRule::first_in(sys_seconds from, sys_seconds until, SearchBudget& budget) const {
  if (rule_.positions.empty()) return first_match(from, until, budget);
  sys_seconds begin = period_begin(from);
  while (begin <= until) {
    const std::optional<sys_seconds> match = first_match(begin, until, budget);
    if (!match) return std::nullopt;
    begin = period_begin(*match);
    const std::optional<sys_seconds> chosen = first_chosen(begin, from, budget);
    if (chosen) return *chosen <= until ? chosen : std::nullopt;
    begin += unit_;
  }
  return std::nullopt;
}

}  // namespace tenon::durable
