#include "native/index/map/page_rank.h"

#include <gmock/gmock.h>

#include <numeric>

namespace tenon::index {
namespace {

constexpr PageRankOptions kExact{.damping = 0.85, .tolerance = 1e-12, .steps = 1'000};

// Files 0 and 1 both use a name of file 2, which uses nothing.
RankGraph two_to_one() {
  return {.mention_begins = {0, 1, 2, 2},
          .mention_names = {0, 0},
          .mention_weights = {1, 3},
          .definer_begins = {0, 1},
          .definers = {2}};
}

TEST(PageRank, RankFlowsToWhatIsUsed) {
  // By hand: x = 0.15/3 + 0.85·z/3 for each user, z = x + 0.85·2x; x + x + z = 1, so x = 1/4.7.
  const Ranks ranks = page_rank(two_to_one(), {}, kExact);
  EXPECT_NEAR(ranks.files[0], 1 / 4.7, 1e-9);
  EXPECT_NEAR(ranks.files[1], 1 / 4.7, 1e-9);
  EXPECT_NEAR(ranks.files[2], 2.7 / 4.7, 1e-9);
  EXPECT_NEAR(ranks.names[0], 2 / 4.7, 1e-9);
}

TEST(PageRank, ACircleIsEven) {
  const RankGraph circle{.mention_begins = {0, 1, 2},
                         .mention_names = {1, 0},
                         .mention_weights = {1, 5},
                         .definer_begins = {0, 1, 2},
                         .definers = {0, 1}};
  const Ranks ranks = page_rank(circle, {}, kExact);
  EXPECT_NEAR(ranks.files[0], 0.5, 1e-9);
  EXPECT_NEAR(ranks.files[1], 0.5, 1e-9);
}

TEST(PageRank, WeightsShareTheRankOfAFile) {
  // File 0 uses a name of 1 with weight 3 and one of 2 with weight 1.
  const RankGraph graph{.mention_begins = {0, 2, 2, 2},
                        .mention_names = {0, 1},
                        .mention_weights = {3, 1},
                        .definer_begins = {0, 1, 2},
                        .definers = {1, 2}};
  const Ranks ranks = page_rank(graph, {}, kExact);
  EXPECT_NEAR(ranks.names[0], ranks.files[0] * 0.75, 1e-9);
  EXPECT_NEAR(ranks.names[1], ranks.files[0] * 0.25, 1e-9);
}

TEST(PageRank, ANameFlowsToAllThatDefineIt) {
  const RankGraph graph{.mention_begins = {0, 1, 1, 1},
                        .mention_names = {0},
                        .mention_weights = {1},
                        .definer_begins = {0, 2},
                        .definers = {1, 2}};
  const Ranks ranks = page_rank(graph, {}, kExact);
  EXPECT_NEAR(ranks.names[0], ranks.files[0] / 2, 1e-9);
  EXPECT_NEAR(ranks.files[1], ranks.files[2], 1e-12);
}

TEST(PageRank, RestartsWhereItIsTold) {
  // By hand: all restarts at 0: z = 0.85·x and x = 1 − z.
  const Ranks ranks = page_rank(two_to_one(), std::vector<double>{100, 0, 0}, kExact);
  EXPECT_NEAR(ranks.files[0], 1 / 1.85, 1e-9);
  EXPECT_NEAR(ranks.files[1], 0, 1e-12);
  EXPECT_NEAR(ranks.files[2], 0.85 / 1.85, 1e-9);
}

TEST(PageRank, RanksSumToOne) {
  const Ranks ranks = page_rank(two_to_one(), std::vector<double>{1, 0, 2});
  EXPECT_NEAR(std::accumulate(ranks.files.begin(), ranks.files.end(), 0.0), 1, 1e-9);
}

TEST(PageRank, NoFilesHaveNoRanks) { EXPECT_TRUE(page_rank(RankGraph{}, {}).files.empty()); }

}  // namespace
}  // namespace tenon::index
