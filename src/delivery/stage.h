// Where a delivery stands, and the edges along which it may move (docs/architecture.md).
#pragma once

#include <boost/describe/enum.hpp>

namespace tenon::delivery {

enum class Stage { NEW, PLANNING, DESIGN, BUILD, TEST, REVIEW, DEPLOY, MONITOR, DONE, FAILED, CANCELLED };
BOOST_DESCRIBE_ENUM(Stage, NEW, PLANNING, DESIGN, BUILD, TEST, REVIEW, DEPLOY, MONITOR, DONE, FAILED, CANCELLED)

// FAILED leads back to the stage it failed in; that stage is kept beside it and checked by the caller.
bool may_move(Stage from, Stage to);

}  // namespace tenon::delivery
