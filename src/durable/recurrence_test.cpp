#include "durable/recurrence.h"

#include <filesystem>
#include <random>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "core/json.h"
#include "core/yaml.h"
#include "durable/recurrence/time_zone.h"

namespace tenon::durable {

struct RecurrenceCase {
  std::string name;
  std::string rule;
  std::string zone;
  std::string start;
  std::optional<std::string> after;
  std::vector<std::string> fires;
  bool ends = false;
};
BOOST_DESCRIBE_STRUCT(RecurrenceCase, (), (name, rule, zone, start, after, fires, ends))

struct RefusedCase {
  std::string rule;
  std::string says;
};
BOOST_DESCRIBE_STRUCT(RefusedCase, (), (rule, says))

namespace {

using namespace std::chrono;

template <class Case>
std::vector<Case> cases(std::string_view file) {
  return from_json<std::vector<Case>>(
      read_structured(std::filesystem::path(TENON_SOURCE_DIR) / "src/durable/testdata" / file));
}

// "2026-01-31T09:30:00" on a wall of the zone
Timestamp at(const std::string& wall, const std::string& zone) {
  std::istringstream text(wall);
  std::tm time{};
  text >> std::get_time(&time, "%Y-%m-%dT%H:%M:%S");
  if (text.fail()) throw std::invalid_argument(wall);
  return TimeZone(zone).instant(local_seconds(seconds(timegm(&time))));
}

std::string shown(Timestamp time, const std::string& zone) {
  const TimeZone in(zone);
  const auto instant = floor<seconds>(time);
  const auto offset = in.span_at(instant).offset;
  const std::time_t wall = in.wall(instant).time_since_epoch().count();
  const auto minutes_off = std::abs(duration_cast<minutes>(offset).count());
  return fmt::format("{:%FT%T}{}{:02}:{:02}", fmt::gmtime(wall), offset < seconds(0) ? '-' : '+', minutes_off / 60,
                     minutes_off % 60);
}

Timestamp utc(const std::string& wall) { return at(wall, "UTC"); }

Recurrence recurrence(const std::string& rule, const std::string& zone = "UTC",
                      const std::string& start = "2026-01-01T00:00:00") {
  return Recurrence({.rule = rule, .zone = zone, .start = at(start, zone)});
}

Error refused(const std::string& rule, const std::string& zone = "UTC") {
  try {
    recurrence(rule, zone);
  } catch (const Error& error) {
    return error;
  }
  return {ErrorCode::internal, "accepted: " + rule};
}

TEST(Recurrence, FiresWhenItsRuleSays) {
  for (const RecurrenceCase& test : cases<RecurrenceCase>("recurrence_cases.yaml")) {
    SCOPED_TRACE(test.name + ": " + test.rule);
    const Timestamp start = at(test.start, test.zone);
    const Recurrence schedule({.rule = test.rule, .zone = test.zone, .start = start});
    Timestamp time = test.after ? at(*test.after, test.zone) : start - Milliseconds(1);
    std::vector<std::string> fired;
    std::optional<Timestamp> next = schedule.next_after(time);
    while (next && fired.size() < test.fires.size()) {
      fired.push_back(shown(*next, test.zone));
      next = schedule.next_after(*next);
    }
    EXPECT_EQ(fired, test.fires);
    EXPECT_EQ(!next, test.ends);
  }
}

TEST(Recurrence, MalformedAndImpossibleRulesAreRefusedWithTheReason) {
  for (const RefusedCase& test : cases<RefusedCase>("recurrence_refused.yaml")) {
    const Error error = refused(test.rule);
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument) << test.rule << ": " << error.what();
    EXPECT_THAT(error.what() + std::string(" ") + error.hint(), testing::HasSubstr(test.says)) << test.rule;
    EXPECT_NE(error.hint(), "") << test.rule;
  }
}

TEST(Recurrence, UntilBeforeTheStartIsRefused) {
  EXPECT_THAT(refused("FREQ=DAILY;UNTIL=20251231T000000Z").what(), testing::HasSubstr("UNTIL"));
  EXPECT_THAT(refused("FREQ=YEARLY;BYMONTH=6;UNTIL=20260301").what(), testing::HasSubstr("never fires"));
}

TEST(Recurrence, AnUnknownZoneIsRefusedWithTheClosestName) {
  EXPECT_EQ(refused("@daily", "Europe/Berlim").hint(), "Did you mean Europe/Berlin?");
  EXPECT_EQ(refused("@daily", "europe/berlin").hint(), "Did you mean Europe/Berlin?");
  EXPECT_EQ(refused("@daily", "New York").hint(), "Did you mean America/New_York?");
  for (const std::string zone :
       {"", "../../etc/passwd", "Nowhere/Atlantis", "Europe/", "/usr/share/zoneinfo/Europe/Berlin",
        "file:Europe/Berlin", "localtime", "right/Europe/Berlin", "Fixed/UTC+01:00:00"}) {
    EXPECT_EQ(refused("@daily", zone).code(), ErrorCode::invalid_argument) << zone;
  }
  EXPECT_EQ(refused("@daily", std::string(100'000, 'x')).code(), ErrorCode::invalid_argument);
}

TEST(Recurrence, AStartOutsideOfTheCalendarIsRefused) {
  EXPECT_THROW(Recurrence({.rule = "@daily", .start = Timestamp::max()}), Error);
  EXPECT_THROW(Recurrence({.rule = "@daily", .start = Timestamp::min()}), Error);
}

TEST(Recurrence, AnswersForAnyTime) {
  const Recurrence daily = recurrence("@daily");
  EXPECT_EQ(daily.next_after(Timestamp::min()), utc("2026-01-01T00:00:00"));
  EXPECT_EQ(daily.next_after(Timestamp::max()), std::nullopt);
}

TEST(Recurrence, NothingIsBeforeTheStartAndFractionsOfItsSecondAreDropped) {
  const Timestamp start = utc("2026-01-01T12:00:00");
  const Recurrence schedule({.rule = "FREQ=DAILY", .start = start + Milliseconds(250)});
  EXPECT_EQ(schedule.next_after(start - hours(1000)), start);
  EXPECT_EQ(schedule.next_after(start - Milliseconds(1)), start);
  EXPECT_EQ(schedule.next_after(start), start + hours(24));
  EXPECT_EQ(schedule.next_after(start + Milliseconds(999)), start + hours(24));
}

TEST(Recurrence, ARuleThatNearlyNeverMatchesEndsItsSearch) {
  for (const std::string rule :
       {"FREQ=SECONDLY;INTERVAL=2;BYSECOND=1", "FREQ=SECONDLY;BYSETPOS=2;BYSECOND=0",
        "FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1", "FREQ=HOURLY;BYMINUTE=0;BYSETPOS=2", "FREQ=SECONDLY;COUNT=10000000"}) {
    EXPECT_THAT(refused(rule).what(), testing::HasSubstr("500000")) << rule;
  }
}

TEST(Recurrence, TheCostOfASearchDoesNotGrowWithTheAgeOfTheSchedule) {
  struct Bound {
    std::string rule;
    std::size_t steps;
  };
  // A day or an instant each: a week of days, a month of days, a year of days.
  for (const Bound& test : std::vector<Bound>{{"FREQ=DAILY", 5},
                                              {"FREQ=WEEKLY;BYDAY=MO;BYHOUR=9", 10},
                                              {"FREQ=MONTHLY;BYDAY=-1FR", 40},
                                              {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", 130},
                                              {"FREQ=YEARLY", 370},
                                              {"FREQ=HOURLY;INTERVAL=5", 5},
                                              {"FREQ=SECONDLY;INTERVAL=17", 5},
                                              {"FREQ=DAILY;COUNT=20000", 5},
                                              {"*/15 9-17 * * 1-5", 6},
                                              {"*/5 * * * *", 5},
                                              {"0 0 1 1 *", 370}}) {
    const Recurrence old = recurrence(test.rule, "Europe/Berlin", "1971-01-01T00:00:00");
    for (int day = 0; day < 40; ++day) {
      const RecurrenceSearch search = old.search_after(utc("2025-06-17T13:07:11") + hours(31) * day);
      EXPECT_TRUE(search.time) << test.rule;
      EXPECT_LE(search.steps, test.steps) << test.rule;
    }
  }
}

// From any time, the answer is later, nothing lies between, and an occurrence found once is found again.
TEST(Recurrence, LaterTimesNeverHaveEarlierAnswers) {
  std::mt19937 random(5545);  // NOLINT: the same cases each time
  for (const RecurrenceCase& test : cases<RecurrenceCase>("recurrence_cases.yaml")) {
    SCOPED_TRACE(test.rule);
    const Timestamp start = at(test.start, test.zone);
    const Recurrence schedule({.rule = test.rule, .zone = test.zone, .start = start});
    const Timestamp from = test.after ? at(*test.after, test.zone) : start - Milliseconds(1);
    Timestamp time = from;
    for (int i = 0; i < 20; ++i) {
      const std::optional<Timestamp> next = schedule.next_after(time);
      if (!next) break;
      ASSERT_GT(*next, time);
      ASSERT_GE(*next, start);
      std::uniform_int_distribution<std::int64_t> between(0, (*next - time).count() - 1);
      for (int j = 0; j < 5; ++j) {
        ASSERT_EQ(schedule.next_after(time + Milliseconds(between(random))), next);
      }
      ASSERT_EQ(schedule.next_after(*next - Milliseconds(1)), next);
      time = *next;
    }
  }
}

TEST(Recurrence, TextOfAnyKindIsAnsweredWithARuleOrAnError) {
  constexpr std::string_view kAlphabet = "FREQ=DAILYWKSTBONUP;,:-+*/@ 0123456789TZ#?L\t\n\x80";
  std::mt19937 random(1970);  // NOLINT: the same cases each time
  const std::vector<std::string> seeds = {"FREQ=YEARLY;BYMONTH=2;BYDAY=-1MO;BYHOUR=1,2", "*/15 9-17 * * MON-FRI",
                                          "FREQ=HOURLY;INTERVAL=3;UNTIL=20270101T000000Z;BYSETPOS=1;BYMINUTE=3"};
  for (int i = 0; i < 3000; ++i) {
    std::string rule = seeds[random() % seeds.size()];
    for (unsigned edits = random() % 4 + 1; edits > 0; --edits) {
      rule[random() % rule.size()] = kAlphabet[random() % kAlphabet.size()];
    }
    const Error error = refused(rule);
    const bool accepted = error.what() == "accepted: " + rule;
    EXPECT_TRUE(accepted || error.code() == ErrorCode::invalid_argument) << rule << ": " << error.what();
  }
}

}  // namespace
}  // namespace tenon::durable
