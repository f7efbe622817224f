#include "cli/moment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"

namespace tenon::cli {
namespace {

using namespace std::chrono;

constexpr Timestamp kNow = sys_days(year(2026) / 2 / 1) + hours(12);

struct Case {
  std::string text;
  std::string moment;
};

TEST(Moment, IsASpanADateOrATime) {
  for (const Case& given : std::vector<Case>{
           {"0s", "2026-02-01T12:00:00.000Z"},
           {"90s", "2026-02-01T11:58:30.000Z"},
           {"30m", "2026-02-01T11:30:00.000Z"},
           {"2h", "2026-02-01T10:00:00.000Z"},
           {"3d", "2026-01-29T12:00:00.000Z"},
           {"1w", "2026-01-25T12:00:00.000Z"},
           {"2026-01-31", "2026-01-31T00:00:00.000Z"},
           {"2024-02-29T23:59:60Z", "2024-03-01T00:00:00.000Z"},
           {"2026-01-31T12:00:00.5+02:00", "2026-01-31T10:00:00.500Z"},
           {"2026-01-31 12:00:00.123456-00:30", "2026-01-31T12:30:00.123Z"},
       }) {
    EXPECT_EQ(to_rfc3339(moment_from(given.text, kNow, "--since")), given.moment) << given.text;
  }
}

TEST(Moment, AnythingElseIsRefusedWithWhatIsUnderstood) {
  for (const std::string text :
       {"", "h", "2", "2 h", "-2h", "2y", "1.5h", "999999999999h", "yesterday", "2026-1-31", "2026-02-29", "2026-13-01",
        "2026-01-31T24:00:00Z", "2026-01-31T12:00Z", "2026-01-31T12:00:00", "2026-01-31T12:00:00.Z",
        "2026-01-31T12:00:00Z ", "2026-01-31T12:00:00+2:00", "-026-01-31"}) {
    try {
      moment_from(text, kNow, "--since");
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_EQ(error.what(), "--since \"" + text + "\" is not a time");
      EXPECT_THAT(error.hint(), testing::HasSubstr("2h"));
    }
  }
}

TEST(Moment, SpansAreSaidInOneUnit) {
  EXPECT_EQ(rough_duration(Milliseconds(-5)), "0 s");
  EXPECT_EQ(rough_duration(seconds(59)), "59 s");
  EXPECT_EQ(rough_duration(seconds(200)), "3 min");
  EXPECT_EQ(rough_duration(hours(47)), "47 h");
  EXPECT_EQ(rough_duration(hours(48)), "2 d");
}

}  // namespace
}  // namespace tenon::cli
