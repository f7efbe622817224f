// The main job: from a goal to a released, proven app, as one durable workflow.
//
//   goal → brief → plan → design → build (tasks in own worktrees, merge queue) → verify → review → release → done
//
// Every effect is a step, so a killed run goes on where it was. Commits take their time from the step's intent record:
// a step that is repeated after a crash makes the same commit again, not a second one.
#pragma once

#include <optional>
#include <string>

#include <boost/describe.hpp>

#include "agents/brief.h"
#include "delivery/app_process.h"
#include "delivery/project_store.h"
#include "delivery/workplace.h"
#include "durable/engine.h"
#include "events/timeline.h"
#include "git/identity.h"

namespace tenon::delivery {

inline constexpr const char* kDeliverWorkflow = "deliver";
inline constexpr const char* kMainBranch = "main";
inline constexpr const char* kPreview = "preview";

struct DeliveryInput {
  std::string goal;
  json::object answers;              // by name of the question; what is missing is assumed
  std::string answers_source;        // where they came from, for errors
  std::optional<ProjectId> project;  // an existing one, which gets a new version
  std::string repository_path;       // where the user's copy goes; empty: in the project's directory
  git::Identity author;
};
BOOST_DESCRIBE_STRUCT(DeliveryInput, (), (goal, answers, answers_source, project, repository_path, author))

struct DeliveryResult {
  ProjectId project;
  std::string slug;
  std::string commit;
  std::int64_t version = 0;  // of the release
  std::string repository_path;
};
BOOST_DESCRIBE_STRUCT(DeliveryResult, (), (project, slug, commit, version, repository_path))

// What deliveries work with; everything outlives the engine's runs.
struct Services {
  Tools tools;
  store::Database& database;
  events::Timeline& timeline;
  Workplace& workplace;
};

// Makes the workflow known to the engine.
void define_deliveries(durable::Engine& engine, Services& services);

// For EngineOptions::on_change: keeps the stage of a delivery true when its run fails, is given up or is cancelled, and
// says so in its timeline; gives a forked delivery what it has from its origin (delivery/inheritance.h).
void follow_run(events::Timeline& timeline, store::Transaction& tx, const durable::Change& change);

// Removes what runs that are not among `active` left in the data directory.
void remove_scratch(const Workplace& workplace, const std::vector<RunId>& active);

// The brief as the workflow makes it, from the same input. Throws for goals and answers that cannot be understood.
agents::Brief brief_for(const DeliveryInput& input, const agents::Knowledge& knowledge, Timestamp created);

}  // namespace tenon::delivery
