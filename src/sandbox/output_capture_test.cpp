#include "sandbox/output_capture.h"

#include <gtest/gtest.h>

namespace tenon::sandbox {
namespace {

TEST(OutputCapture, ShortOutputIsKeptWhole) {
  OutputCapture capture(10);
  capture.append("hello ");
  capture.append("you");
  const Output output = capture.finish();
  EXPECT_EQ(output.text, "hello you");
  EXPECT_EQ(output.bytes, 9U);
  EXPECT_EQ(output.digest, sha256("hello you"));
}

TEST(OutputCapture, MiddleOfLongOutputIsReplacedByAVisibleMarker) {
  OutputCapture capture(10);
  capture.append("0123456789ABCDEFGHIJ");
  EXPECT_EQ(capture.finish().text, "01234\n[... 10 bytes left out ...]\nFGHIJ");
}

TEST(OutputCapture, ResultDoesNotDependOnHowTheStreamIsCut) {
  std::string stream;
  for (int i = 0; i < 1000; ++i) stream += std::to_string(i) + '\n';
  for (const std::size_t piece : {1U, 3U, 7U, 64U, 999U, 10'000U}) {
    OutputCapture capture(101);
    for (std::size_t at = 0; at < stream.size(); at += piece)
      capture.append(std::string_view(stream).substr(at, piece));
    const Output output = capture.finish();
    EXPECT_EQ(output.text,
              stream.substr(0, 51) + "\n[... 3789 bytes left out ...]\n" + stream.substr(stream.size() - 50));
    EXPECT_EQ(output.digest, sha256(stream));
  }
}

TEST(OutputCapture, MarkerCountsOnlyWhatIsMissing) {
  OutputCapture capture(4);
  capture.append("abcd");
  EXPECT_EQ(capture.text(), "abcd");
  capture.append("e");
  EXPECT_EQ(capture.text(), "ab\n[... 1 bytes left out ...]\nde");
}

}  // namespace
}  // namespace tenon::sandbox
