// When a schedule fires: a rule, a time zone and the moment it begins. Pure: no clock, no store; the caller asks for
// the first occurrence after a time and stores what it gets.
//
// Two notations are understood:
//   RFC 5545 §3.3.10    "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9", all parts but RSCALE and SKIP. What the rule does not say (the
//                       time of day, the day) comes from `start`; COUNT counts occurrences from `start`; UNTIL is
//                       inclusive, in UTC ("…Z"), in local time, or a date (to the end of that local day).
//   five fields of cron "*/15 9-17 * * MON-FRI", "@daily". As in Vixie cron, a day matches when day-of-month and
//                       day-of-week both do if one of the fields begins with "*", and when either does if neither.
//
// Daylight saving time:
//   - Rules whose hours are named (FREQ=DAILY and rarer; cron whose hour field does not begin with "*") follow the wall
//     clock, as RFC 5545 §3.3.5 says: a time that the change skips is read with the offset before it (02:30 becomes
//     03:30), one that happens twice means the first.
//   - Rules by the hour, minute or second (and cron whose hour field begins with "*") follow elapsed time: the interval
//   is
//     counted in real hours, minutes or seconds from `start`; BY-parts and cron fields are compared with the wall clock
//     at that instant. An hour that happens twice fires twice, a skipped one not at all.
//   - Two wall times that become one instant are one occurrence.
//
// `start` is an occurrence only when the rule names it; its fraction of a second is dropped. Nothing occurs before it.
// A rule is searched to the year 2500; nothing is found beyond.
//
// Thread safety: a Recurrence is immutable; all members may be called at once from many threads.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/describe/class.hpp>

#include "core/time.h"

namespace tenon::durable {

struct RecurrenceSpec {
  std::string rule;
  std::string zone = "UTC";  // IANA name
  Timestamp start{};         // DTSTART

  bool operator==(const RecurrenceSpec&) const = default;
};
BOOST_DESCRIBE_STRUCT(RecurrenceSpec, (), (rule, zone, start))

struct RecurrenceSearch {
  std::optional<Timestamp> time;
  std::size_t steps = 0;  // days and instants that were looked at
};

class RecurrencePattern;

class Recurrence final {
 public:
  // Work of one search; an ordinary rule takes a few to a few hundred steps. COUNT is resolved once, here.
  static constexpr std::size_t kMaxSteps = 500'000;
  static constexpr std::size_t kMaxRuleLength = 4096;

  // Throws invalid_argument, naming the part that is wrong and what is allowed there: malformed rules, unknown zones
  // (with the closest name), rules that never fire, and rules whose first occurrence or COUNT needs more than
  // kMaxSteps.
  explicit Recurrence(RecurrenceSpec spec);

  // The first occurrence strictly after `time`; nothing when the rule has ended. Its cost does not depend on how long
  // ago the rule began. Throws invalid_argument when kMaxSteps do not suffice: the rule matches nearly never.
  std::optional<Timestamp> next_after(Timestamp time) const { return search_after(time).time; }

  // The same, with the work it took.
  RecurrenceSearch search_after(Timestamp time) const;

  const RecurrenceSpec& spec() const { return spec_; }

 private:
  RecurrenceSpec spec_;
  std::shared_ptr<const RecurrencePattern> pattern_;
};

}  // namespace tenon::durable
