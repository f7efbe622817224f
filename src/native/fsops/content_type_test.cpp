#include "native/fsops/content_type.h"

#include <gtest/gtest.h>

#include <string>

namespace tenon::fsops {
namespace {

using namespace std::string_literals;

struct Case {
  std::string bytes;
  Encoding encoding;
  LineEnds line_ends;
  FinalLine final_line;
};

TEST(ContentType, IsJudgedByTheBytes) {
  const std::vector<Case> cases = {
      {"", Encoding::ascii, LineEnds::none, FinalLine::empty_file},
      {"a", Encoding::ascii, LineEnds::none, FinalLine::unended},
      {"a\nb\n", Encoding::ascii, LineEnds::lf, FinalLine::ended},
      {"a\r\nb\r\n", Encoding::ascii, LineEnds::crlf, FinalLine::ended},
      {"a\rb\r", Encoding::ascii, LineEnds::cr, FinalLine::ended},
      {"a\r\nb\nc", Encoding::ascii, LineEnds::mixed, FinalLine::unended},
      {"caf\xC3\xA9\n", Encoding::utf8, LineEnds::lf, FinalLine::ended},
      {"\xEF\xBB\xBF", Encoding::utf8_mark, LineEnds::none, FinalLine::empty_file},
      {"\xEF\xBB\xBF"
       "a\r\n",
       Encoding::utf8_mark, LineEnds::crlf, FinalLine::ended},
      {"caf\xE9\n", Encoding::eight_bit, LineEnds::lf, FinalLine::ended},
      {"\xFF\xFE"
       "a\0\r\0\n\0"s,
       Encoding::utf16_little, LineEnds::crlf, FinalLine::ended},
      {"\xFE\xFF\0a\0\n\0b"s, Encoding::utf16_big, LineEnds::lf, FinalLine::unended},
      {"h\0e\0l\0l\0o\0\n\0"s, Encoding::utf16_little, LineEnds::lf, FinalLine::ended},
      {"\0h\0e\0l\0l\0o\0\n"s, Encoding::utf16_big, LineEnds::lf, FinalLine::ended},
      {"\x7F"
       "ELF\x02\x01\x01\0\0\0\0\0"s,
       Encoding::binary, LineEnds::none, FinalLine::unended},
      {"a\0b\n"s, Encoding::binary, LineEnds::none, FinalLine::unended},
      {"\x01\x02\x03\x04\x05\x06", Encoding::binary, LineEnds::none, FinalLine::unended},
      {"\x1B[31mred\x1B[0m\n", Encoding::ascii, LineEnds::lf, FinalLine::ended},
  };
  for (const Case& each : cases) {
    const ContentType expected{.encoding = each.encoding, .line_ends = each.line_ends, .final_line = each.final_line};
    const ContentType found = content_type(each.bytes);
    EXPECT_EQ(found, expected) << ::testing::PrintToString(each.bytes) << " is " << to_string(found.encoding) << ", "
                               << to_string(found.line_ends);
  }
}

TEST(ContentType, ABinaryFileIsKnownByANulNearItsBeginning) {
  EXPECT_TRUE(looks_binary("a\0b"s));
  EXPECT_FALSE(looks_binary("text\n"));
  EXPECT_FALSE(looks_binary(std::string(8000, 'x') + "\0"s));
}

}  // namespace
}  // namespace tenon::fsops
