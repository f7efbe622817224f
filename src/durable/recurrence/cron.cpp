// The five fields of POSIX crontab with Vixie cron's names, steps, shortcuts and rule for days.
#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "durable/recurrence/rule.h"
#include "durable/recurrence/words.h"

namespace tenon::durable {
namespace {

struct Field {
  std::string_view name;
  std::size_t low;
  std::size_t high;
  std::string_view words;  // three letters each, the first is `low`
};

constexpr Field kMinute{"minute", 0, 59, ""};
constexpr Field kHour{"hour", 0, 23, ""};
constexpr Field kMonthDay{"day-of-month", 1, 31, ""};
constexpr Field kMonth{"month", 1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"};
constexpr Field kWeekday{"day-of-week", 0, 7, "SUNMONTUEWEDTHUFRISAT"};

[[noreturn]] void refuse(const Field& field, std::string_view text, std::string_view wrong) {
  const std::string names = field.words.empty() ? ""
                                                : fmt::format(" (or {} to {})", field.words.substr(0, 3),
                                                              field.words.substr(field.words.size() - 3));
  throw Error(ErrorCode::invalid_argument,
              fmt::format("The {} field \"{}\" of the cron expression is wrong: {}.", field.name, text, wrong),
              fmt::format("{} takes numbers from {} to {}{}, as *, 3, 1-5, */15, 1-9/2 or a list of these.", field.name,
                          field.low, field.high, names));
}

std::size_t value_of(const Field& field, std::string_view text, std::string_view word) {
  if (const auto place = place_of(word, field.words, 3)) return field.low + static_cast<std::size_t>(*place);
  const auto number = word.starts_with('+') || word.starts_with('-') ? std::nullopt : parse_number(word);
  if (!number) refuse(field, text, word.empty() ? "a value is missing" : fmt::format("\"{}\" is not understood", word));
  if (*number < static_cast<long>(field.low) || *number > static_cast<long>(field.high)) {
    refuse(field, text, fmt::format("{} is out of range", word));
  }
  return static_cast<std::size_t>(*number);
}

struct Range {
  std::size_t first;
  std::size_t last;
};

Range range_of(const Field& field, std::string_view text, std::string_view word) {
  if (word == "*") return {.first = field.low, .last = field.high};
  const std::vector<std::string_view> ends = split(word, '-');
  if (ends.size() > 2) refuse(field, text, fmt::format("\"{}\" is no range", word));
  const std::size_t first = value_of(field, text, ends.front());
  std::size_t last = value_of(field, text, ends.back());
  // Sunday ends a week as well as it begins one: FRI-SUN.
  if (field.high == 7 && last == 0 && first > 0) last = 7;
  if (last < first) refuse(field, text, fmt::format("the range {} ends before it begins", word));
  return {.first = first, .last = last};
}

std::bitset<60> values_of(const Field& field, std::string_view text) {
  std::bitset<60> values;
  for (const std::string_view word : split(text, ',')) {
    const std::vector<std::string_view> parts = split(word, '/');
    if (parts.size() > 2) refuse(field, text, fmt::format("\"{}\" has two steps", word));
    const Range range = range_of(field, text, parts.front());
    std::size_t step = 1;
    if (parts.size() == 2) {
      const auto number = parse_number(parts.back());
      if (!number || *number < 1 || *number > 59) refuse(field, text, "a step is a number from 1 to 59");
      if (range.first == range.last) refuse(field, text, "a step needs * or a range before it");
      step = static_cast<std::size_t>(*number);
    }
    for (std::size_t value = range.first; value <= range.last; value += step) values.set(value);
  }
  return values;
}

template <std::size_t N>
std::bitset<N> narrowed(const std::bitset<60>& values) {
  std::bitset<N> result;
  for (std::size_t i = 0; i < N; ++i) result[i] = values[i];
  return result;
}

std::string_view without_shortcut(std::string_view text) {
  struct Shortcut {
    std::string_view name;
    std::string_view fields;
  };
  constexpr Shortcut kShortcuts[] = {
      {"@YEARLY", "0 0 1 1 *"}, {"@ANNUALLY", "0 0 1 1 *"}, {"@MONTHLY", "0 0 1 * *"}, {"@WEEKLY", "0 0 * * 0"},
      {"@DAILY", "0 0 * * *"},  {"@MIDNIGHT", "0 0 * * *"}, {"@HOURLY", "0 * * * *"},
  };
  const auto* found = std::ranges::find(kShortcuts, text, &Shortcut::name);
  if (found != std::end(kShortcuts)) return found->fields;
  throw Error(ErrorCode::invalid_argument, fmt::format("There is no cron shortcut \"{}\".", text),
              "Shortcuts are @yearly, @annually, @monthly, @weekly, @daily, @midnight and @hourly.");
}

std::vector<std::string_view> fields_of(std::string_view text) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return fields;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
    fields.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

}  // namespace

RecurrenceRule parse_cron(std::string_view text) {
  const std::string upper = upper_case(text);
  std::vector<std::string_view> fields = fields_of(upper);
  if (fields.size() == 1 && fields.front().starts_with('@')) fields = fields_of(without_shortcut(fields.front()));
  if (fields.size() != 5) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("A schedule has five cron fields, \"{}\" has {}.", text, fields.size()),
        "Write minute, hour, day-of-month, month and day-of-week, as in \"0 9 * * MON-FRI\", or an RFC 5545 rule "
        "such as FREQ=WEEKLY;BYDAY=MO;BYHOUR=9.");
  }
  RecurrenceRule rule;
  // Fixed hours follow the wall clock, any hour follows elapsed time (recurrence.h).
  rule.frequency = fields[1].starts_with('*') ? Frequency::minutely : Frequency::daily;
  rule.seconds.set(0);
  rule.minutes = values_of(kMinute, fields[0]);
  rule.hours = narrowed<24>(values_of(kHour, fields[1]));
  rule.month_days.from_start = narrowed<32>(values_of(kMonthDay, fields[2]));
  rule.months = narrowed<13>(values_of(kMonth, fields[3]));
  const std::bitset<60> weekdays = values_of(kWeekday, fields[4]);
  for (unsigned day = 0; day < 7; ++day) {
    if (weekdays[day] || (day == 0 && weekdays[7])) rule.weekdays.push_back({.weekday = std::chrono::weekday(day)});
  }
  const bool any_day = fields[2].starts_with('*') || fields[4].starts_with('*');
  rule.day_match = any_day ? DayMatch::both : DayMatch::either;
  return rule;
}

}  // namespace tenon::durable
