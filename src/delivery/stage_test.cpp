#include "delivery/stage.h"

#include <gtest/gtest.h>

namespace tenon::delivery {
namespace {

TEST(Stage, MovesOnlyAlongTheEdges) {
  EXPECT_TRUE(may_move(Stage::NEW, Stage::PLANNING));
  EXPECT_TRUE(may_move(Stage::TEST, Stage::BUILD));
  EXPECT_FALSE(may_move(Stage::NEW, Stage::BUILD));
  EXPECT_FALSE(may_move(Stage::DEPLOY, Stage::DONE));
  EXPECT_FALSE(may_move(Stage::DONE, Stage::PLANNING));
}

TEST(Stage, AnyButDoneCanFailOrBeCancelled) {
  EXPECT_TRUE(may_move(Stage::BUILD, Stage::FAILED));
  EXPECT_TRUE(may_move(Stage::FAILED, Stage::CANCELLED));
  EXPECT_TRUE(may_move(Stage::FAILED, Stage::BUILD));
  EXPECT_FALSE(may_move(Stage::DONE, Stage::FAILED));
  EXPECT_FALSE(may_move(Stage::FAILED, Stage::DONE));
}

}  // namespace
}  // namespace tenon::delivery
