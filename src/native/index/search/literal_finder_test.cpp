#include "native/index/search/literal_finder.h"

#include <gtest/gtest.h>

#include <random>

namespace tenon::index {
namespace {

char lower(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 0x20) : byte; }

std::size_t found_slowly(std::string_view text, std::string_view literal, std::size_t from, Case folding) {
  const auto same = [&](char left, char right) {
    return folding == Case::insensitive ? lower(left) == lower(right) : left == right;
  };
  for (std::size_t at = from; at + literal.size() <= text.size(); ++at) {
    if (std::equal(literal.begin(), literal.end(), text.begin() + static_cast<std::ptrdiff_t>(at), same)) return at;
  }
  return LiteralFinder::kNotFound;
}

TEST(LiteralFinder, FindsWhatASlowSearchFinds) {
  std::mt19937 random(7);
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  constexpr std::string_view kBytes = "abAB@`[{\n\xc3\xff ";
  std::size_t found = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string text(below(300), ' ');
    for (char& byte : text) byte = kBytes[below(kBytes.size())];
    std::string literal(1 + below(4), ' ');
    for (char& byte : literal) byte = kBytes[below(kBytes.size())];
    const Case folding = round % 2 == 0 ? Case::sensitive : Case::insensitive;
    const LiteralFinder finder(literal, folding);
    const std::size_t from = below(text.size() + 2);
    const std::size_t expected = found_slowly(text, literal, from, folding);
    ASSERT_EQ(finder.find(text, from), expected) << "[" << literal << "] in [" << text << "] from " << from;
    found += expected == LiteralFinder::kNotFound ? 0 : 1;
  }
  EXPECT_GT(found, 1000U);
}

TEST(LiteralFinder, ALiteralAtTheVeryEndIsFound) {
  for (std::size_t size = 1; size < 100; ++size) {
    const std::string text = std::string(size, 'x') + "needle";
    EXPECT_EQ(LiteralFinder("needle", Case::sensitive).find(text, 0), size);
  }
}

}  // namespace
}  // namespace tenon::index
