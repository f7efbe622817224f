#include "delivery/project_store.h"

#include <gtest/gtest.h>

#include "io/runtime.h"
#include "store/testing/conformance.h"

namespace tenon::delivery {
namespace {

const TenantId kTenant{"ten_a"};
const TenantId kOther{"ten_b"};

Project named_project(const char* id) {
  return {.project_id = ProjectId{id},
          .name = "Olive",
          .slug = "olive",
          .goal = "a site",
          .repository_path = "/r",
          .created_at = Timestamp(Milliseconds(1))};
}

struct World {
  explicit World(const store::testing::Scratch& scratch) : database(scratch.open()) {
    database->write_blocking([this](store::Transaction& tx) {
      scope.project = add_project(tx, kTenant, named_project("prj_1")).project_id;
    });
  }

  std::unique_ptr<store::Database> database;
  Scope scope{.tenant = kTenant, .project = {}, .run = RunId{"run_1"}};
};

CONFORMANCE_TEST(ProjectStore, ATakenSlugGetsANumberAndOtherTenantsSeeNothing) {
  World world(scratch);
  world.database->write_blocking([](store::Transaction& tx) {
    EXPECT_EQ(add_project(tx, kTenant, named_project("prj_2")).slug, "olive-2");
    EXPECT_EQ(add_project(tx, kOther, named_project("prj_3")).slug, "olive");
    EXPECT_FALSE(find_project(tx, kOther, "prj_1"));
    EXPECT_EQ(find_project(tx, kTenant, "olive")->project_id, ProjectId{"prj_1"});
    EXPECT_EQ(list_projects(tx, kOther).size(), 1U);
  });
}

CONFORMANCE_TEST(ProjectStore, ArtifactsAndReleasesAreVersioned) {
  World world(scratch);
  world.database->write_blocking([&](store::Transaction& tx) {
    add_artifact(tx, world.scope, "brief", "text/plain", "one", Timestamp(Milliseconds(1)));
    add_artifact(tx, world.scope, "brief", "text/plain", "two", Timestamp(Milliseconds(2)));
    const auto artifacts = list_artifacts(tx, kTenant, world.scope.project);
    ASSERT_EQ(artifacts.size(), 1U);
    EXPECT_EQ(artifacts[0].version, 2);
    EXPECT_EQ(artifacts[0].content, "two");

    const Release first = add_release(tx, world.scope, "preview", "c1", Timestamp(Milliseconds(3)));
    const Release second = add_release(tx, world.scope, "preview", "c2", Timestamp(Milliseconds(4)));
    EXPECT_EQ(second.version, 2);
    EXPECT_EQ(current_release(tx, kTenant, world.scope.project, "preview")->commit_id, "c2");
    set_current_release(tx, kTenant, world.scope.project, "preview", first.release_id, Timestamp(Milliseconds(5)));
    EXPECT_EQ(current_release(tx, kTenant, world.scope.project, "preview")->commit_id, "c1");
  });
}

CONFORMANCE_TEST(ProjectStore, EvidenceForOneAssertionSourceAndCommitStandsOnceTheNewestCounts) {
  World world(scratch);
  Evidence evidence{.requirement = "R1", .assertion = "A1.1", .source = "checks", .commit_id = "c", .passed = false};
  world.database->write_blocking([&](store::Transaction& tx) { add_evidence(tx, world.scope, evidence); });
  evidence.passed = true;
  world.database->write_blocking([&](store::Transaction& tx) { add_evidence(tx, world.scope, evidence); });
  const auto rows = world.database->read_blocking(
      [&](store::Transaction& tx) { return evidence_of_run(tx, kTenant, world.scope.run); });
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].passed);
}

CONFORMANCE_TEST(ProjectStore, StagesMoveByCompareAndSetAlongTheEdges) {
  World world(scratch);
  world.database->write_blocking([&](store::Transaction& tx) {
    for (const Stage stage : {Stage::NEW, Stage::PLANNING, Stage::DESIGN, Stage::BUILD})
      move_stage(tx, world.scope, stage, tx.now());
    EXPECT_THROW(move_stage(tx, world.scope, Stage::DONE, tx.now()), Error);
    move_stage(tx, world.scope, Stage::FAILED, tx.now());
    EXPECT_EQ(stage_of(tx, kTenant, world.scope.run)->failed_stage, "BUILD");
    EXPECT_EQ(newest_run(tx, kTenant, world.scope.project), world.scope.run);
  });
}

RUN_CONFORMANCE_TESTS_ON_POSTGRESQL();

}  // namespace
}  // namespace tenon::delivery
