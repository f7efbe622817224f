#include "delivery/delivery.h"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delivery/workflow.h"
#include "durable/testing/world.h"

namespace tenon::delivery {
namespace {

using durable::Context;
using durable::RunState;
using durable::testing::kTenant;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

// What a delivery leaves in the store, without the work.
struct SmallDelivery {
  Context& run;
  Scope scope{.tenant = run.tenant_id(), .project = {}, .run = run.run_id()};

  Task<void> write(std::string step, std::function<void(store::Transaction&)> body) {
    auto writing = run.store_step(std::move(step), std::move(body));
    co_await std::move(writing);
  }

  Task<void> enter(Stage stage) {
    auto move = [this, stage](store::Transaction& tx) { move_stage(tx, scope, stage, tx.now()); };
    auto entering = write(fmt::format("{}{}", kStageStep, boost::describe::enum_to_string(stage, "")), std::move(move));
    co_await std::move(entering);
  }
};

Task<int> deliver(Context& run) {
  SmallDelivery small{run};
  auto open = [&small](store::Transaction& tx) {
    const ProjectId wanted = ProjectId::make();
    small.scope.project = add_project(tx, small.scope.tenant,
                                      {.project_id = wanted, .name = "Olive", .slug = "olive", .created_at = tx.now()})
                              .project_id;
    move_stage(tx, small.scope, Stage::NEW, tx.now());
    move_stage(tx, small.scope, Stage::PLANNING, tx.now());
    add_artifact(tx, small.scope, "brief", kMarkdown, "what is wanted", tx.now());
    return small.scope.project;
  };
  auto opening = run.store_step(kBriefStep, std::move(open));
  small.scope.project = co_await std::move(opening);
  auto designing = small.enter(Stage::DESIGN);
  co_await std::move(designing);
  auto building = small.enter(Stage::BUILD);
  co_await std::move(building);
  auto testing = small.enter(Stage::TEST);
  co_await std::move(testing);
  auto waiting = run.signal<json::value>("go");
  co_await std::move(waiting);
  auto prove = [&small](store::Transaction& tx) {
    add_artifact(tx, small.scope, "test-report", kMarkdown, "all is well", tx.now());
    add_evidence(tx, small.scope,
                 {.requirement = "R1",
                  .assertion = "A1.1",
                  .source = "checks",
                  .commit_id = "c1",
                  .passed = true,
                  .created_at = tx.now()});
  };
  auto proving = small.write("evidence", std::move(prove));
  co_await std::move(proving);
  auto reviewing = small.enter(Stage::REVIEW);
  co_await std::move(reviewing);
  auto deciding = run.signal<json::value>("release");
  co_await std::move(deciding);
  co_return 0;
}

class Deliveries {
 public:
  // The database's time is another one in each transaction.
  explicit Deliveries(const store::testing::Scratch& scratch)
      : world(scratch, [time = std::make_shared<std::atomic<std::int64_t>>(1'000'000)] {
          return Timestamp(Milliseconds(++*time));
        }) {
    world.options.on_change = [this](store::Transaction& tx, const durable::Change& change) {
      follow_run(timeline, tx, change);
    };
    world.engine().define<json::value>(kDeliverWorkflow, 1, [](Context& run, json::value) { return deliver(run); });
    world.engine().work();
  }
  ~Deliveries() { world.engine().stop(); }

  RunId fork(const RunId& origin, const std::string& step) {
    const RunId run = world.runtime.run(world.engine().fork(origin, step, {.tenant = kTenant}));
    world.reach(run, RunState::waiting);
    return run;
  }

  template <class Look>
  auto look(Look at) {
    return world.database->read_blocking([&](store::Transaction& tx) { return at(tx); });
  }
  Stage stage(const RunId& run) {
    return look([&](auto& tx) { return stage_of(tx, kTenant, run).value_or(StageRow{}).stage; });
  }
  std::vector<std::string> artifacts(const RunId& run) {
    std::vector<std::string> kinds;
    for (const Artifact& one : look([&](auto& tx) { return artifacts_of_run(tx, kTenant, run); }))
      kinds.push_back(one.kind);
    return kinds;
  }
  std::vector<Evidence> evidence(const RunId& run) {
    return look([&](auto& tx) { return evidence_of_run(tx, kTenant, run); });
  }
  std::optional<ProjectId> project(const RunId& run) {
    return look([&](auto& tx) { return project_of_run(tx, kTenant, run); });
  }

  // In the review, with evidence.
  RunId reviewed() {
    const RunId run = world.start(kDeliverWorkflow);
    world.signal(run, "go", nullptr);
    const auto there = [&] { return stage(run) == Stage::REVIEW && world.describe(run).state == RunState::waiting; };
    EXPECT_TRUE(durable::testing::World::eventually(there));
    return run;
  }

  durable::testing::World world;
  events::Timeline timeline{*world.database};
};

CONFORMANCE_TEST(ForkedDelivery, HasWhatItsOriginHadBeforeTheStepAndNothingThatCameLater) {
  Deliveries deliveries(scratch);
  const RunId origin = deliveries.reviewed();
  const RunId fork = deliveries.fork(origin, "go");
  EXPECT_EQ(deliveries.stage(fork), Stage::TEST);
  EXPECT_EQ(deliveries.project(fork), deliveries.project(origin));
  EXPECT_THAT(deliveries.artifacts(fork), ElementsAre("brief"));
  EXPECT_THAT(deliveries.evidence(fork), IsEmpty());

  deliveries.world.signal(fork, "go", nullptr);
  EXPECT_TRUE(durable::testing::World::eventually([&] { return deliveries.stage(fork) == Stage::REVIEW; }));
  EXPECT_THAT(deliveries.artifacts(fork), ElementsAre("brief", "test-report"));
  EXPECT_EQ(deliveries.evidence(fork).size(), 1U);
}

CONFORMANCE_TEST(ForkedDelivery, HasTheEvidenceOfItsOriginUnchanged) {
  Deliveries deliveries(scratch);
  const RunId origin = deliveries.reviewed();
  const RunId fork = deliveries.fork(origin, "release");
  const RunId again = deliveries.fork(fork, "release");
  for (const RunId& run : {fork, again}) {
    EXPECT_EQ(deliveries.stage(run), Stage::REVIEW);
    EXPECT_THAT(deliveries.artifacts(run), ElementsAre("brief", "test-report"));
    EXPECT_EQ(to_json(deliveries.evidence(run)), to_json(deliveries.evidence(origin)));
  }
  const auto brief = deliveries.look([&](auto& tx) { return artifact_of_run(tx, kTenant, again, "brief"); });
  EXPECT_EQ(brief->content, "what is wanted");
  EXPECT_EQ(brief->version, 3);
  EXPECT_EQ(deliveries.evidence(origin).size(), 1U);
}

CONFORMANCE_TEST(ForkedDelivery, FromItsFirstStepIsANewProject) {
  Deliveries deliveries(scratch);
  const RunId origin = deliveries.reviewed();
  const RunId fork = deliveries.fork(origin, kBriefStep);
  EXPECT_NE(deliveries.project(fork), deliveries.project(origin));
  EXPECT_EQ(deliveries.artifacts(fork).size(), 1U);
}

CONFORMANCE_TEST(FollowedDelivery, ThatIsGivenUpHasFailedWhereItStoodAndIsPutBackThere) {
  Deliveries deliveries(scratch);
  const RunId run = deliveries.reviewed();
  durable::Change change{.tenant_id = kTenant,
                         .run_id = run,
                         .kind = durable::ChangeKind::run_dead,
                         .workflow = kDeliverWorkflow,
                         .error = durable::Failure{.message = "its worker was lost 6 times"}};
  const auto follow = [&] {
    deliveries.world.database->write_blocking(
        [&](store::Transaction& tx) { follow_run(deliveries.timeline, tx, change); });
  };
  follow();
  EXPECT_EQ(deliveries.stage(run), Stage::FAILED);
  const auto told = deliveries.world.runtime.run(deliveries.timeline.read(run, 0));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].kind, DeliveryEnded::kEvent);
  EXPECT_EQ(told[0].payload.at("reason"), "its worker was lost 6 times");

  change.kind = durable::ChangeKind::run_retried;
  follow();
  EXPECT_EQ(deliveries.stage(run), Stage::REVIEW);
}

}  // namespace
}  // namespace tenon::delivery
