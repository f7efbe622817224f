#include "delivery/stage.h"

#include <algorithm>
#include <iterator>

namespace tenon::delivery {
namespace {

struct Edge {
  Stage from;
  Stage to;
};

constexpr Edge kEdges[] = {
    {Stage::NEW, Stage::PLANNING},    {Stage::PLANNING, Stage::DESIGN}, {Stage::DESIGN, Stage::BUILD},
    {Stage::DESIGN, Stage::PLANNING}, {Stage::BUILD, Stage::TEST},      {Stage::BUILD, Stage::DESIGN},
    {Stage::TEST, Stage::REVIEW},     {Stage::TEST, Stage::BUILD},      {Stage::REVIEW, Stage::DEPLOY},
    {Stage::REVIEW, Stage::BUILD},    {Stage::REVIEW, Stage::DESIGN},   {Stage::DEPLOY, Stage::MONITOR},
    {Stage::DEPLOY, Stage::BUILD},    {Stage::MONITOR, Stage::DONE},    {Stage::MONITOR, Stage::PLANNING},
};

}  // namespace

bool may_move(Stage from, Stage to) {
  if (to == Stage::FAILED || to == Stage::CANCELLED) return from != Stage::DONE && from != to;
  if (from == Stage::FAILED) return to != Stage::DONE && to != Stage::NEW;
  return std::ranges::any_of(kEdges, [&](const Edge& edge) { return edge.from == from && edge.to == to; });
}

}  // namespace tenon::delivery
