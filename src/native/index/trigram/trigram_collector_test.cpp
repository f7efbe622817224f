#include "native/index/trigram/trigram_collector.h"

#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace tenon::index {
namespace {

std::set<Trigram> collected(const TrigramCollector& collector) {
  return {collector.trigrams().begin(), collector.trigrams().end()};
}

std::set<Trigram> expected(std::string_view text) {
  std::set<Trigram> all;
  for (std::size_t i = 0; i + 3 <= text.size(); ++i) {
    const std::string_view three = text.substr(i, 3);
    if (!three.contains('\n')) all.insert(trigram_of(three));
  }
  return all;
}

TEST(TrigramCollector, EveryTrigramComesOnceWhateverThePieces) {
  std::mt19937 random(7);
  TrigramCollector collector;
  for (int round = 0; round < 300; ++round) {
    std::string text;
    const std::string_view letters("ab\n\t\xc3\xa9\xff\0z", 9);
    for (std::size_t i = random() % 400; i > 0; --i) text += letters[random() % letters.size()];
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = 1 + random() % 50;
      collector.add(std::string_view(text).substr(at, size));
      at += size;
    }
    EXPECT_EQ(collected(collector), expected(text)) << "round " << round;
    EXPECT_EQ(collector.trigrams().size(), expected(text).size()) << "round " << round;
    collector.clear();
    EXPECT_TRUE(collector.trigrams().empty());
  }
}

TEST(TrigramCollector, ADocumentDoesNotCarryOnTheOneBefore) {
  TrigramCollector collector;
  collector.add("ab");
  collector.clear();
  collector.add("cd");
  EXPECT_TRUE(collector.trigrams().empty());
}

}  // namespace
}  // namespace tenon::index
