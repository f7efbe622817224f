#include "native/diff/patch/image.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tenon::diff::patch {
namespace {

std::string numbered(int lines) {
  std::string text;
  for (int line = 0; line < lines; ++line) text += std::to_string(line) + "\n";
  return text;
}

void replace(Image& image, std::size_t first, std::size_t count, const std::vector<std::string_view>& by) {
  image.replace(first, count, by.size(), [line = by.begin()]() mutable { return *line++; });
}

TEST(Image, ReplacesLinesAnywhereInAnyOrder) {
  std::mt19937 random(7);
  const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(random()) % bound; };
  const std::string text = numbered(50);
  Image image(text);
  std::vector<std::string> model;
  for (const std::string_view line : split_lines(text)) model.emplace_back(line);
  for (int round = 0; round < 500; ++round) {
    const std::size_t first = below(model.size() + 1);
    const std::size_t count = below(std::min<std::size_t>(model.size() - first, 4) + 1);
    std::vector<std::string_view> by;
    for (std::size_t more = below(5); more > 0; --more) by.push_back(image.keep("new " + std::to_string(round) + "\n"));
    replace(image, first, count, by);
    const auto begin = model.begin() + static_cast<std::ptrdiff_t>(first);
    model.insert(model.erase(begin, begin + static_cast<std::ptrdiff_t>(count)), by.begin(), by.end());
    ASSERT_EQ(image.size(), model.size());
  }
  std::string expected;
  for (const std::string& line : model) expected += line;
  EXPECT_EQ(image.bytes(), expected);
}

TEST(Image, KnowsWhatWasWritten) {
  Image image("a\nb\nc\n");
  replace(image, 1, 1, {"x\n", "y\n"});
  EXPECT_FALSE(image[0].is_written());
  EXPECT_TRUE(image[1].is_written());
  EXPECT_TRUE(image[2].is_written());
  EXPECT_FALSE(image[3].is_written());
  EXPECT_EQ(image.bytes(), "a\nx\ny\nc\n");
}

}  // namespace
}  // namespace tenon::diff::patch
