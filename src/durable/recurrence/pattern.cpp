#include "durable/recurrence/pattern.h"

#include <algorithm>

#include "core/error.h"

namespace tenon::durable {
namespace {

using namespace std::chrono;

constexpr sys_days kHorizon = sys_days(year(2500) / January / 1);
// No zone has ever moved its clocks by more than a day (Samoa, 2011).
constexpr seconds kLargestShift = hours(25);

std::variant<CalendarRule, ElapsedRule> rule_from(const RecurrenceRule& rule, TimeZone zone, sys_seconds start) {
  if (rule.frequency < Frequency::daily) return ElapsedRule(rule, zone, start);
  return CalendarRule(rule, zone.wall(start));
}

sys_seconds end_of(const RecurrenceRule& rule, TimeZone zone) {
  if (!rule.until) return kHorizon;
  const sys_seconds until = rule.until->clock == Until::Clock::utc ? sys_seconds(rule.until->time.time_since_epoch())
                                                                   : zone.instant(rule.until->time);
  return std::min<sys_seconds>(until, kHorizon);
}

[[noreturn]] void refuse_empty(const RecurrenceRule& rule) {
  if (rule.until) {
    throw Error(ErrorCode::invalid_argument, "The recurrence rule never fires between its start and UNTIL.",
                "Choose a later UNTIL, an earlier start, or other BY parts.");
  }
  throw Error(ErrorCode::invalid_argument, "The recurrence rule never fires: no day and time matches all its parts.",
              "Look for a day that does not exist, such as 30 February, or an interval that passes over every match.");
}

}  // namespace

RecurrencePattern::RecurrencePattern(const RecurrenceRule& rule, TimeZone zone, sys_seconds start, SearchBudget budget)
    : zone_(zone),
      start_(start),
      rule_(rule_from(rule, zone, start)),
      last_(end_of(rule, zone)),
      last_wall_(zone.wall(last_) + kLargestShift) {
  if (rule.until && last_ < start_) {
    throw Error(ErrorCode::invalid_argument, "UNTIL of the recurrence rule is before its start.",
                "Choose a later UNTIL or an earlier start.");
  }
  if (!first_after(start_ - seconds(1), budget)) refuse_empty(rule);
  if (!rule.count) return;
  std::visit([&](const auto& of) { end_after(*rule.count, of, budget); }, rule_);
}

std::optional<sys_seconds> RecurrencePattern::first_after(sys_seconds time, SearchBudget& budget) const {
  const sys_seconds after = std::max(time, start_ - seconds(1));
  if (after >= last_) return std::nullopt;
  return std::visit([&](const auto& rule) { return first_after(after, rule, budget); }, rule_);
}

std::optional<sys_seconds> RecurrencePattern::first_after(sys_seconds time, const ElapsedRule& rule,
                                                          SearchBudget& budget) const {
  return rule.first_in(time + seconds(1), last_, budget);
}

// Wall times in a gap become instants after those of the hour that follows, so the first wall time is not always the
// first instant: once one is found there, the walls up to what the clock then shows are tried as well.
std::optional<sys_seconds> RecurrencePattern::first_after(sys_seconds time, const CalendarRule& rule,
                                                          SearchBudget& budget) const {
  std::optional<sys_seconds> first;
  local_seconds until = last_wall_;
  auto wall = rule.first_in(earliest_wall(time), until, budget);
  while (wall) {
    const sys_seconds instant = zone_.instant(*wall);
    if (instant > time && instant <= last_ && (!first || instant < *first)) {
      first = instant;
      until = std::min(until, zone_.wall(instant));
    }
    wall = rule.first_in(*wall + seconds(1), until, budget);
  }
  return first;
}

// No wall time before this one is an instant after `time`.
local_seconds RecurrencePattern::earliest_wall(sys_seconds time) const {
  const seconds now = zone_.span_at(time).offset;
  const seconds before = zone_.span_at(time - kLargestShift).offset;
  return local_seconds(time.time_since_epoch() + std::min(now, before));
}

void RecurrencePattern::end_after(std::int64_t count, const CalendarRule& rule, SearchBudget& budget) {
  std::int64_t found = 0;
  auto wall = rule.first_in(earliest_wall(start_), last_wall_, budget);
  while (wall) {
    if (zone_.instant(*wall) >= start_) ++found;
    if (found == count) {
      last_wall_ = *wall;
      return;
    }
    wall = rule.first_in(*wall + seconds(1), last_wall_, budget);
  }
}

void RecurrencePattern::end_after(std::int64_t count, const ElapsedRule& rule, SearchBudget& budget) {
  auto time = rule.first_in(start_, last_, budget);
  for (std::int64_t found = 1; time && found < count; ++found) {
    time = rule.first_in(*time + seconds(1), last_, budget);
  }
  if (time) last_ = *time;
}

}  // namespace tenon::durable
