#include "durable/fair_share.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tenon::durable {
namespace {

using Counts = std::vector<std::size_t>;

const Candidate kFirst{.tenant_id = TenantId{"ten_1"}};
const Candidate kSecond{.tenant_id = TenantId{"ten_2"}};

// Everybody has more ready runs than there are slots.
Counts serve(FairShare& share, const std::vector<Candidate>& candidates, std::size_t slots) {
  const Counts taken = share.divide(candidates, slots);
  for (std::size_t i = 0; i < candidates.size(); ++i) share.charge(candidates, candidates[i], taken[i]);
  return taken;
}

TEST(FairShare, NobodyGetsNothing) { EXPECT_TRUE(FairShare().divide({}, 10).empty()); }

TEST(FairShare, OneTenantMayHaveAllSlotsUpToItsLimit) {
  FairShare share;
  EXPECT_EQ(serve(share, {kFirst}, 10), Counts{10});
  EXPECT_EQ(serve(share, {{.tenant_id = TenantId{"ten_1"}, .at_most = 3}}, 10), Counts{3});
}

TEST(FairShare, SlotsAreDividedByWeight) {
  FairShare share;
  const std::vector<Candidate> candidates = {{.tenant_id = TenantId{"ten_1"}, .weight = 3}, kSecond};
  EXPECT_EQ(serve(share, candidates, 40), (Counts{30, 10}));
}

TEST(FairShare, WhatOneMayNotTakeIsForTheOthers) {
  FairShare share;
  const std::vector<Candidate> candidates = {{.tenant_id = TenantId{"ten_1"}, .weight = 100, .at_most = 2},
                                             kSecond,
                                             {.tenant_id = TenantId{"ten_3"}, .at_most = 0}};
  EXPECT_EQ(serve(share, candidates, 10), (Counts{2, 8, 0}));
}

TEST(FairShare, ALateComerIsNotDelayedByABacklog) {
  FairShare share;
  for (int i = 0; i < 1'000; ++i) serve(share, {kFirst}, 64);
  EXPECT_EQ(serve(share, {kFirst, kSecond}, 2), (Counts{1, 1}));
}

TEST(FairShare, ATenantThatHadNothingToDoDoesNotSaveUpTime) {
  FairShare share;
  serve(share, {kFirst, kSecond}, 2);
  for (int i = 0; i < 1'000; ++i) serve(share, {kFirst}, 64);
  EXPECT_EQ(serve(share, {kFirst, kSecond}, 100), (Counts{50, 50}));
}

// In whatever portions the slots come, there is a time v such that each tenant was served v * weight runs, rounded.
TEST(FairShare, TenantsThatAreAlwaysReadyAreServedInProportionToTheirWeightsWithinOne) {
  std::mt19937_64 random(17);
  for (int round = 0; round < 200; ++round) {
    std::vector<Candidate> candidates;
    const std::size_t tenants = 2 + random() % 6;
    for (std::size_t i = 0; i < tenants; ++i) {
      const double weight = static_cast<double>(1 + random() % 40) / 4;
      candidates.push_back({.tenant_id = TenantId{"ten_" + std::to_string(i)}, .weight = weight});
    }
    FairShare share;
    Counts served(tenants, 0);
    for (int portion = 0; portion < 50; ++portion) {
      const Counts taken = serve(share, candidates, 1 + random() % 20);
      double v = std::numeric_limits<double>::max();
      for (std::size_t i = 0; i < tenants; ++i) {
        served[i] += taken[i];
        v = std::min(v, static_cast<double>(served[i]) / candidates[i].weight);
      }
      for (std::size_t i = 0; i < tenants; ++i) {
        EXPECT_LE(static_cast<double>(served[i]), v * candidates[i].weight + 1 + 1e-6);
      }
    }
  }
}

}  // namespace
}  // namespace tenon::durable
