#include "core/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/yaml.h"

namespace tenon {
namespace {

TEST(Config, DefaultsAndOverrides) {
  const Settings settings = read_settings({{"HOME", "/home/a"}, {"TENON_EVENT_THREADS", "4"}}, "/opt/bin/tenon");
  EXPECT_EQ(settings.data, "/home/a/.local/share/tenon");
  EXPECT_EQ(settings.log_directory, "/home/a/.local/share/tenon/logs");
  EXPECT_EQ(settings.event_threads, 4U);
}

TEST(Config, UnknownAndMalformedStopTheStart) {
  EXPECT_THROW(read_settings({{"TENON_DTA", "x"}}, "/opt/bin/tenon"), Error);
  for (const char* value : {"", "0", "-1", "9999", "four", "4 "}) {
    EXPECT_THROW(read_settings({{"TENON_EVENT_THREADS", value}}, "/opt/bin/tenon"), Error) << value;
  }
  EXPECT_THROW(read_settings({{"TENON_SANDBOX_TIER", "none"}}, "/opt/bin/tenon"), Error);
  EXPECT_THROW(read_settings({{"TENON_NATS_URL", "localhost:4222"}}, "/opt/bin/tenon"), Error);
}

TEST(Config, CredentialsInAnAddressAreNotPrinted) {
  const Settings settings = read_settings({{"TENON_NATS_URL", "nats://user:hunter22@host:4222"}}, "/opt/bin/tenon");
  EXPECT_EQ(settings.nats_url, "nats://user:hunter22@host:4222");
  EXPECT_THAT(effective(settings), testing::Contains(testing::Pair("TENON_NATS_URL", "nats://[redacted]@host:4222")));
}

TEST(Config, EnvExampleListsEverySetting) {
  const std::string example = read_text(std::filesystem::path(TENON_SOURCE_DIR) / ".env.example");
  for (const SettingInfo& info : setting_infos()) {
    EXPECT_THAT(example, testing::HasSubstr("# " + info.meaning + "\n#" + info.variable + "=" + info.fallback + "\n"));
  }
}

}  // namespace
}  // namespace tenon
