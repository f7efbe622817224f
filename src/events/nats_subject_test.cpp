#include "events/nats_subject.h"

#include <gtest/gtest.h>

#include <string>

namespace tenon::events {
namespace {

TEST(NatsSubject, AChannelIsWordsWithDotsBetween) {
  for (const char* channel : {"runs", "events.run_01J", "a.b-c.D_9"}) EXPECT_TRUE(is_channel(channel)) << channel;
  for (const char* text : {"", ".", "a.", ".a", "a..b", "a b", "a\r\nPUB x 0", "a.*", "a.>", "ä", "a/b"}) {
    EXPECT_FALSE(is_channel(text)) << text;
  }
  EXPECT_TRUE(is_channel(std::string(kLongestChannel, 'a')));
  EXPECT_FALSE(is_channel(std::string(kLongestChannel + 1, 'a')));
}

TEST(NatsSubject, APatternMayLeaveWordsOpen) {
  for (const char* pattern : {"runs", "events.*", "*.a", "events.>", ">"})
    EXPECT_TRUE(is_channel_pattern(pattern)) << pattern;
  for (const char* text : {"", "a.>.b", "a*", "a.>b", "*>"}) EXPECT_FALSE(is_channel_pattern(text)) << text;
}

}  // namespace
}  // namespace tenon::events
