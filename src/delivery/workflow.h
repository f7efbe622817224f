// The stages of the deliver workflow, as parts of one coroutine: what they share, and each stage in the order of the
// flow. For delivery.cpp only; what a stage does outside of the journal stands in build_stage, verify_stage,
// review_stage, release_stage.
#pragma once

#include <boost/describe/enum_to_string.hpp>

#include "agents/plan.h"
#include "delivery/delivery.h"
#include "delivery/progress.h"

namespace tenon::delivery {

inline constexpr const char* kMarkdown = "text/markdown";
inline constexpr const char* kJson = "application/json";

// Names of steps by which a journal tells how far its delivery has come.
inline constexpr const char* kBriefStep = "brief";
inline constexpr std::string_view kStageStep = "stage/";  // and the stage

// Everything of one delivery that its stages share. It lives in the workflow's coroutine, and is made again on replay.
struct Delivery {
  Services& services;
  DeliveryInput input;
  durable::Context run;
  Scope scope;
  std::string slug;
  agents::Brief brief;
  agents::Plan plan;
  std::string documents;  // the commit with brief, plan and design, on which the tasks build
  std::string commit;
};

template <class Payload>
void tell(const Delivery& delivery, store::Transaction& tx, const Payload& payload) {
  delivery.services.timeline.append(tx, delivery.scope.tenant, delivery.scope.run, payload);
}

// Enters a stage; `also` writes what belongs to it in the same transaction.
template <class Also>
Task<void> enter(Delivery& delivery, Stage stage, Also also) {
  const std::string name = fmt::format("{}{}", kStageStep, boost::describe::enum_to_string(stage, ""));
  auto body = [&delivery, stage, also](store::Transaction& tx) {
    move_stage(tx, delivery.scope, stage, tx.now());
    tell(delivery, tx, StageEntered{.stage = stage});
    also(tx);
  };
  auto entering = delivery.run.store_step(name, std::move(body));
  co_await std::move(entering);
}

inline Task<void> enter(Delivery& delivery, Stage stage) {
  auto nothing = [](store::Transaction&) {};
  auto entering = enter(delivery, stage, nothing);
  co_await std::move(entering);
}

Task<void> open(Delivery& delivery);    // goal and answers → project and brief
Task<void> plan(Delivery& delivery);    // tools are there → plan
Task<void> design(Delivery& delivery);  // documents
Task<void> build(Delivery& delivery);   // tasks → commit
Task<void> verify(Delivery& delivery);  // evidence, or the run ends
Task<void> review(Delivery& delivery);  // no blocking finding, or the run ends
Task<Release> release(Delivery& delivery);
Task<void> confirm(Delivery& delivery);  // what is released is what has passing evidence

}  // namespace tenon::delivery
