#include "core/nats_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"

namespace tenon {
namespace {

TEST(NatsUrl, NamesOneServerOrSeveral) {
  for (const char* address : {"nats://localhost", "nats://10.0.0.1:4222", "tls://nats.example.org:443",
                              "nats://[::1]:4222", "nats://user:p:w@host:1", "nats://token@[fe80::1]"}) {
    EXPECT_THAT(nats_servers(address), testing::ElementsAre(address));
  }
  EXPECT_THAT(nats_servers("nats://a:1,tls://b"), testing::ElementsAre("nats://a:1", "tls://b"));
}

TEST(NatsUrl, AMalformedOneIsRefused) {
  for (const char* url :
       {"", "localhost:4222", "http://host", "nats://", "nats://:4222", "nats://host:", "nats://host:0",
        "nats://host:65536", "nats://host:4222/x", "nats://ho st", "nats://a,,nats://b", "nats://a,", "nats://[::1",
        "nats://[]", "nats://@host", "nats://us er@host", "nats://::1"}) {
    EXPECT_THROW(nats_servers(url), Error) << url;
  }
}

TEST(NatsUrl, CredentialsAreNeverShown) {
  EXPECT_EQ(without_credentials("nats://user:hunter22@a:1,tls://token@b"), "nats://[redacted]@a:1,tls://[redacted]@b");
  EXPECT_EQ(without_credentials("nats://a:1"), "nats://a:1");
  EXPECT_EQ(without_credentials(",Ada <ada@example.org>,,"), ",Ada <ada@example.org>,,");
  try {
    nats_servers("nats://user:hunter22@host:x");
    FAIL();
  } catch (const Error& failure) {
    EXPECT_THAT(failure.what(), testing::Not(testing::HasSubstr("hunter22")));
  }
}

}  // namespace
}  // namespace tenon
