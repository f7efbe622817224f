#include "cli/byte_text.h"

#include <gtest/gtest.h>

namespace tenon::cli {
namespace {

TEST(ByteText, IsEitherTextOrDigits) {
  EXPECT_EQ(text_of("caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(hex_of("caf\xC3\xA9"), std::nullopt);
  EXPECT_EQ(text_of("caf\xE9"), std::nullopt);
  EXPECT_EQ(hex_of("caf\xE9"), "636166e9");
  EXPECT_EQ(hex_of(std::string_view("\0\n", 2)), "000a");
}

}  // namespace
}  // namespace tenon::cli
