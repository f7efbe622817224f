// RFC 5545 §3.3.10: FREQ=…;INTERVAL=…;BY…=…
#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.h"
#include "durable/recurrence/rule.h"
#include "durable/recurrence/words.h"

namespace tenon::durable {
namespace {

using namespace std::chrono;

struct Part {
  std::string_view name;
  std::string_view value;
};

[[noreturn]] void refuse(const Part& part, std::string_view wrong, std::string allowed) {
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{}={} of the recurrence rule is wrong: {}.", part.name, part.value, wrong),
              std::move(allowed));
}

long number_of(const Part& part, std::string_view word, long low, long high) {
  const std::optional<long> number = parse_number(word);
  if (number && *number >= low && *number <= high) return *number;
  refuse(part, word.empty() ? "a number is missing" : fmt::format("\"{}\" is not allowed", word),
         fmt::format("{} takes whole numbers from {} to {}.", part.name, low, high));
}

template <std::size_t N>
std::bitset<N> numbers_of(const Part& part, long low, long high) {
  std::bitset<N> numbers;
  for (const std::string_view word : split(part.value, ',')) {
    // A leap second is the second before it where there are none (RFC 5545 §3.3.12).
    numbers.set(std::min(static_cast<std::size_t>(number_of(part, word, low, high)), N - 1));
  }
  return numbers;
}

std::vector<long> signed_numbers_of(const Part& part, long high) {
  std::vector<long> numbers;
  for (const std::string_view word : split(part.value, ',')) {
    const long number = number_of(part, word, -high, high);
    if (number == 0)
      refuse(part, "0 is not allowed", fmt::format("{} counts from 1, or from -1 at the end.", part.name));
    numbers.push_back(number);
  }
  return numbers;
}

template <std::size_t N>
SignedSet<N> signed_set_of(const Part& part) {
  SignedSet<N> set;
  for (const long number : signed_numbers_of(part, static_cast<long>(N) - 1)) {
    (number > 0 ? set.from_start : set.from_end).set(static_cast<std::size_t>(std::abs(number)));
  }
  return set;
}

weekday weekday_of(const Part& part, std::string_view name) {
  const std::optional<int> place = place_of(name, "SUMOTUWETHFRSA", 2);
  if (place) return weekday(static_cast<unsigned>(*place));
  refuse(part, fmt::format("\"{}\" is no weekday", name), "Weekdays are MO, TU, WE, TH, FR, SA and SU.");
}

std::vector<NthWeekday> weekdays_of(const Part& part) {
  std::vector<NthWeekday> days;
  for (const std::string_view word : split(part.value, ',')) {
    const std::size_t letters = word.size() < 2 ? 0 : word.size() - 2;
    const weekday day = weekday_of(part, word.substr(letters));
    const std::string_view prefix = word.substr(0, letters);
    const int nth = prefix.empty() ? 0 : static_cast<int>(number_of(part, prefix, -53, 53));
    if (!prefix.empty() && nth == 0) refuse(part, "0 is not allowed", "1MO is the first Monday, -1MO the last.");
    days.push_back({.nth = nth, .weekday = day});
  }
  return days;
}

std::vector<int> positions_of(const Part& part) {
  std::set<int> positions;
  for (const long number : signed_numbers_of(part, 366)) positions.insert(static_cast<int>(number));
  return {positions.begin(), positions.end()};
}

Frequency frequency_of(const Part& part) {
  constexpr std::string_view kNames[] = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
  const auto* found = std::ranges::find(kNames, part.value);
  if (found != std::end(kNames)) return static_cast<Frequency>(found - std::begin(kNames));
  refuse(part, "there is no such frequency", fmt::format("FREQ is one of {}.", fmt::join(kNames, ", ")));
}

// 19971224, 19971224T090000 or 19971224T090000Z
Until until_of(const Part& part) {
  std::string_view text = part.value;
  const auto wrong = [&part](std::string_view what) {
    refuse(part, what, "UNTIL is 20261231T235959Z (UTC), 20261231T235959 (local time) or 20261231 (that whole day).");
  };
  const bool utc = text.ends_with('Z');
  if (utc) text.remove_suffix(1);
  const bool has_time = text.size() == 15 && text[8] == 'T';
  if ((!has_time && text.size() != 8) || (utc && !has_time)) wrong("it is neither a date nor a date with a time");
  const auto digits = [&](std::size_t at, std::size_t size) {
    const std::string_view word = text.substr(at, size);
    if (word.find_first_not_of("0123456789") != std::string_view::npos) wrong("digits are expected");
    return static_cast<unsigned>(*parse_number(word));
  };
  const year_month_day date(year(static_cast<int>(digits(0, 4))), month(digits(4, 2)), day(digits(6, 2)));
  if (!date.ok()) wrong("there is no such day");
  const local_days midnight(date);
  if (!has_time) return {.time = midnight + hours(24) - seconds(1), .clock = Until::Clock::wall};
  const unsigned hour = digits(9, 2);
  const unsigned minute = digits(11, 2);
  const unsigned second = digits(13, 2);
  if (hour > 23 || minute > 59 || second > 60) wrong("there is no such time of day");
  return {.time = midnight + hours(hour) + minutes(minute) + seconds(second),
          .clock = utc ? Until::Clock::utc : Until::Clock::wall};
}

struct PartReader {
  std::string_view name;
  void (*read)(RecurrenceRule&, const Part&);
};

constexpr PartReader kReaders[] = {
    {"FREQ", [](RecurrenceRule& rule, const Part& part) { rule.frequency = frequency_of(part); }},
    {"INTERVAL",
     [](RecurrenceRule& rule, const Part& part) { rule.interval = number_of(part, part.value, 1, 10'000'000); }},
    {"COUNT", [](RecurrenceRule& rule, const Part& part) { rule.count = number_of(part, part.value, 1, 10'000'000); }},
    {"UNTIL", [](RecurrenceRule& rule, const Part& part) { rule.until = until_of(part); }},
    {"WKST", [](RecurrenceRule& rule, const Part& part) { rule.week_start = weekday_of(part, part.value); }},
    {"BYMONTH", [](RecurrenceRule& rule, const Part& part) { rule.months = numbers_of<13>(part, 1, 12); }},
    {"BYWEEKNO", [](RecurrenceRule& rule, const Part& part) { rule.weeks = signed_set_of<54>(part); }},
    {"BYYEARDAY", [](RecurrenceRule& rule, const Part& part) { rule.year_days = signed_set_of<367>(part); }},
    {"BYMONTHDAY", [](RecurrenceRule& rule, const Part& part) { rule.month_days = signed_set_of<32>(part); }},
    {"BYDAY", [](RecurrenceRule& rule, const Part& part) { rule.weekdays = weekdays_of(part); }},
    {"BYHOUR", [](RecurrenceRule& rule, const Part& part) { rule.hours = numbers_of<24>(part, 0, 23); }},
    {"BYMINUTE", [](RecurrenceRule& rule, const Part& part) { rule.minutes = numbers_of<60>(part, 0, 59); }},
    {"BYSECOND", [](RecurrenceRule& rule, const Part& part) { rule.seconds = numbers_of<60>(part, 0, 60); }},
    {"BYSETPOS", [](RecurrenceRule& rule, const Part& part) { rule.positions = positions_of(part); }},
};

std::string known_parts() {
  std::vector<std::string_view> names;
  for (const PartReader& reader : kReaders) names.push_back(reader.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

Part part_of(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals != std::string_view::npos && equals > 0 && equals + 1 < text.size()) {
    return {.name = text.substr(0, equals), .value = text.substr(equals + 1)};
  }
  throw Error(ErrorCode::invalid_argument,
              fmt::format("\"{}\" is no part of a recurrence rule: a name, \"=\" and a value are expected.", text),
              "Parts are separated by \";\", as in FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0.");
}

void check(bool allowed, std::string_view wrong, std::string hint) {
  if (!allowed) throw Error(ErrorCode::invalid_argument, std::string(wrong), std::move(hint));
}

// The table of RFC 5545 §3.3.10: which parts go together.
void check_combination(const RecurrenceRule& rule) {
  const Frequency frequency = rule.frequency;
  const bool monthly_or_yearly = frequency == Frequency::monthly || frequency == Frequency::yearly;
  const bool daily_to_monthly =
      frequency == Frequency::daily || frequency == Frequency::weekly || frequency == Frequency::monthly;
  const bool numbered = std::ranges::any_of(rule.weekdays, [](const NthWeekday& day) { return day.nth != 0; });
  const bool any_by_part = rule.months.any() || rule.weeks.any() || rule.year_days.any() || rule.month_days.any() ||
                           !rule.weekdays.empty() || rule.hours.any() || rule.minutes.any() || rule.seconds.any();
  check(!rule.count || !rule.until, "COUNT and UNTIL cannot stand in one recurrence rule.", "Keep one of them.");
  check(!rule.weeks.any() || frequency == Frequency::yearly, "BYWEEKNO needs FREQ=YEARLY.",
        "Use FREQ=YEARLY, or name the days with BYDAY or BYMONTHDAY.");
  check(!rule.year_days.any() || !daily_to_monthly, "BYYEARDAY does not go with FREQ=DAILY, WEEKLY or MONTHLY.",
        "Use FREQ=YEARLY.");
  check(!rule.month_days.any() || frequency != Frequency::weekly, "BYMONTHDAY does not go with FREQ=WEEKLY.",
        "Use FREQ=MONTHLY or FREQ=DAILY.");
  check(!numbered || monthly_or_yearly, "A numbered weekday in BYDAY needs FREQ=MONTHLY or YEARLY.",
        "Leave the number out, or change FREQ.");
  check(!numbered || !rule.weeks.any(), "A numbered weekday in BYDAY does not go with BYWEEKNO.",
        "Leave the number out.");
  check(rule.positions.empty() || any_by_part, "BYSETPOS needs another BY part to choose from.",
        "Add one, as in FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1.");
}

}  // namespace

RecurrenceRule parse_rrule(std::string_view text) {
  const std::string upper = upper_case(text);
  std::string_view rest = upper;
  if (rest.starts_with("RRULE:")) rest.remove_prefix(6);
  RecurrenceRule rule;
  std::set<std::string_view> seen;
  for (const std::string_view word : split(rest, ';')) {
    const Part part = part_of(word);
    const auto* reader = std::ranges::find(kReaders, part.name, &PartReader::name);
    if (reader == std::end(kReaders)) refuse(part, "there is no such part", "Parts are " + known_parts() + ".");
    if (!seen.insert(part.name).second) refuse(part, "the part stands there twice", "Separate values with commas.");
    reader->read(rule, part);
  }
  check(seen.contains("FREQ"), "The recurrence rule has no FREQ.", "Begin with one, as in FREQ=DAILY.");
  check_combination(rule);
  return rule;
}

}  // namespace tenon::durable
