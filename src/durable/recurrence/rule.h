// What the text of a recurrence says, before a start and a zone are known. One form for RFC 5545 rules and for cron: a
// frequency and sets that filter days and times. An empty set filters nothing, or is filled from the start.
#pragma once

#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tenon::durable {

enum class Frequency { secondly, minutely, hourly, daily, weekly, monthly, yearly };

// How a day of the month and a weekday that are both named go together.
enum class DayMatch { both, either };

// "-1FR": the last Friday of its month or year; nth 0 means every one.
struct NthWeekday {
  int nth = 0;
  std::chrono::weekday weekday;
};

struct Until {
  enum class Clock { utc, wall };
  std::chrono::local_seconds time{};
  Clock clock = Clock::utc;
};

// Numbers from 1, and from the end (-1 is the last).
template <std::size_t N>
struct SignedSet {
  std::bitset<N> from_start;
  std::bitset<N> from_end;

  bool any() const { return from_start.any() || from_end.any(); }
  bool contains(std::size_t start, std::size_t end) const { return from_start[start] || from_end[end]; }
};

struct RecurrenceRule {
  Frequency frequency = Frequency::daily;
  std::int64_t interval = 1;
  std::optional<std::int64_t> count;
  std::optional<Until> until;
  std::chrono::weekday week_start = std::chrono::Monday;

  std::bitset<13> months;
  SignedSet<54> weeks;
  SignedSet<367> year_days;
  SignedSet<32> month_days;
  std::vector<NthWeekday> weekdays;
  DayMatch day_match = DayMatch::both;

  std::bitset<24> hours;
  std::bitset<60> minutes;
  std::bitset<60> seconds;
  std::vector<int> positions;  // BYSETPOS, sorted, without 0
};

// Both throw invalid_argument that names the part that is wrong; the hint says what is allowed.
RecurrenceRule parse_rrule(std::string_view text);
RecurrenceRule parse_cron(std::string_view text);

}  // namespace tenon::durable
