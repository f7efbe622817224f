#include "native/index/search/file_scanner.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "native/fsops/temporary_directory.h"

namespace tenon::index {
namespace {

class FileScannerTest : public ::testing::Test {
 protected:
  fsops::TemporaryDirectory place_{std::filesystem::temp_directory_path(), "scanner-test-"};
  std::vector<std::string> lines_;
  std::optional<BinaryNotice> notice_;

  // Lines as number, : or -, text.
  std::optional<FileFailure> scan(const std::string& bytes, SearchOptions options) {
    const std::filesystem::path file = place_.path() / "file";
    std::ofstream(file, std::ios::binary) << bytes;
    return scan_file(file, std::move(options));
  }

  std::optional<FileFailure> scan_file(const std::filesystem::path& file, SearchOptions options) {
    lines_.clear();
    notice_.reset();
    options.line_numbers = LineNumbers::counted;
    const LinePattern pattern(options.pattern);
    FileScanner scanner(pattern, options);
    return scanner.scan(AT_FDCWD, file.c_str(), "file", [&](FileResult&& part) {
      for (const ResultLine& line : part.lines) {
        lines_.push_back(
            fmt::format("{}{}{}", line.number, line.kind == ResultLine::Kind::match ? ':' : '-', part.text_of(line)));
      }
      if (part.binary) notice_ = part.binary;
      return true;
    });
  }
};

using Lines = std::vector<std::string>;

TEST_F(FileScannerTest, ContextOfNeighboursIsReportedOnce) {
  scan("a\nX\nb\nX\nc\nd\ne\nX", {.pattern = {.patterns = {"X"}}, .lines_before = 1, .lines_after = 1});
  EXPECT_EQ(lines_, (Lines{"1-a\n", "2:X\n", "3-b\n", "4:X\n", "5-c\n", "7-e\n", "8:X"}));
}

TEST_F(FileScannerTest, Utf16IsSearchedAsTheTextItIs) {
  scan(std::string("\xff\xfe"
                   "f\0o\0o\0\n\0\xe9\0\n\0",
                   14),
       {.pattern = {.patterns = {"foo|\xc3\xa9"}}});
  EXPECT_EQ(lines_, (Lines{"1:foo\n", "2:\xc3\xa9\n"}));
}

TEST_F(FileScannerTest, AByteOrderMarkIsNoPartOfTheFirstLine) {
  scan(
      "\xef\xbb\xbf"
      "foo\n",
      {.pattern = {.patterns = {"^foo"}}});
  EXPECT_EQ(lines_, (Lines{"1:foo\n"}));
}

TEST_F(FileScannerTest, ABinaryFileFoundByWalkingIsSearchedUpToItsNul) {
  const PatternOptions pattern{.patterns = {"foo"}};
  scan(std::string("foo\n\0foo\n", 9), {.pattern = pattern});
  EXPECT_TRUE(lines_.empty());
  std::string late = "foo\n";
  while (late.size() < 70'000) late += "nothing\n";
  late += std::string("foo\n\0", 5);
  scan(late, {.pattern = pattern});
  EXPECT_EQ(lines_, (Lines{"1:foo\n"}));
  ASSERT_TRUE(notice_);
  EXPECT_EQ(notice_->kind, BinaryNotice::Kind::stopped);
  EXPECT_EQ(notice_->offset, late.size() - 1);
}

TEST_F(FileScannerTest, ABinaryFileThatWasNamedIsAnnounced) {
  scan(std::string("foo\n\0foo\n", 9), {.pattern = {.patterns = {"foo"}}, .binary = BinaryFiles::announced});
  EXPECT_TRUE(lines_.empty());
  ASSERT_TRUE(notice_);
  EXPECT_EQ(notice_->kind, BinaryNotice::Kind::matches);
  EXPECT_EQ(notice_->offset, 4U);
}

TEST_F(FileScannerTest, ALargeFilePassesThroughAWindowWithItsContextAndNumbers) {
  std::string large;
  const std::string filler(99, 'x');
  std::size_t number = 0;
  Lines expected;
  while (large.size() < (std::size_t{40} << 20)) {
    ++number;
    const bool match = number % 50'000 == 0;
    large += match ? "needle" : filler;
    large += '\n';
  }
  for (std::size_t at = 50'000; at <= number; at += 50'000) {
    expected.push_back(fmt::format("{}-{}\n", at - 1, filler));
    expected.push_back(fmt::format("{}:needle\n", at));
    if (at < number) expected.push_back(fmt::format("{}-{}\n", at + 1, filler));
  }
  scan(large, {.pattern = {.patterns = {"needle"}}, .lines_before = 1, .lines_after = 1});
  EXPECT_EQ(lines_, expected);
}

TEST_F(FileScannerTest, ALineBeyondMeasureIsReported) {
  const std::filesystem::path file = place_.path() / "huge";
  const std::string piece(std::size_t{1} << 20, 'x');
  std::ofstream out(file, std::ios::binary);
  for (int i = 0; i < 70; ++i) out << piece;
  out.close();
  const auto failure = scan_file(file, {.pattern = {.patterns = {"y"}}});
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->reason, "a line is longer than 64 MiB");
}

TEST_F(FileScannerTest, FourGigabytesWithoutTextTakeNoTime) {
  const std::filesystem::path file = place_.path() / "sparse";
  std::ofstream(file) << "foo\n";
  std::filesystem::resize_file(file, std::uint64_t{4} << 30);
  EXPECT_FALSE(scan_file(file, {.pattern = {.patterns = {"foo"}}}));
  EXPECT_TRUE(lines_.empty());
}

TEST_F(FileScannerTest, AFileThatIsGoneHasNoMatches) {
  EXPECT_FALSE(scan_file(place_.path() / "gone", {.pattern = {.patterns = {"x"}}}));
  std::filesystem::create_directory(place_.path() / "directory");
  EXPECT_FALSE(scan_file(place_.path() / "directory", {.pattern = {.patterns = {"x"}}}));
}

TEST_F(FileScannerTest, LinesThatDoNotMatchAreSelectedOnRequest) {
  scan("a\nb\na\n", {.pattern = {.patterns = {"a"}}, .selection = Selection::not_matching});
  EXPECT_EQ(lines_, (Lines{"2:b\n"}));
}

TEST_F(FileScannerTest, NoMoreMatchesThanAskedFor) {
  scan("a1\na2\na3\n", {.pattern = {.patterns = {"a"}}, .max_count = 2});
  EXPECT_EQ(lines_, (Lines{"1:a1\n", "2:a2\n"}));
}

TEST_F(FileScannerTest, LinesBehindTheLastMatchAskedForAreReportedWhateverTheyAre) {
  scan("a1\na2\nb\na3\na4\n", {.pattern = {.patterns = {"a"}}, .lines_after = 2, .max_count = 1});
  EXPECT_EQ(lines_, (Lines{"1:a1\n", "2:a2\n", "3-b\n"}));
  scan("a1\n", {.pattern = {.patterns = {"a"}}, .max_count = 0});
  EXPECT_TRUE(lines_.empty());
}

TEST_F(FileScannerTest, FilesWithoutAMatchAreReportedOnRequest) {
  const auto is_reported = [&](const std::string& bytes) {
    const SearchOptions options{.pattern = {.patterns = {"a"}}, .report = Report::files_without};
    const std::filesystem::path file = place_.path() / "file";
    std::ofstream(file, std::ios::binary) << bytes;
    const LinePattern pattern(options.pattern);
    bool reported = false;
    FileScanner(pattern, options).scan(AT_FDCWD, file.c_str(), "file", [&](FileResult&&) { return reported = true; });
    return reported;
  };
  EXPECT_TRUE(is_reported("b\n"));
  EXPECT_TRUE(is_reported(""));
  EXPECT_FALSE(is_reported("a\n"));
  EXPECT_FALSE(is_reported(std::string("b\n\0", 3)));
}

}  // namespace
}  // namespace tenon::index
