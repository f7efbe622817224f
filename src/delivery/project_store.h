// What a delivery leaves in the store: projects, versioned artifacts, evidence, releases and the stage it stands in.
// Every function works inside the caller's transaction and touches only its tenant's rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "core/digest.h"
#include "core/ids.h"
#include "core/time.h"
#include "delivery/stage.h"
#include "store/database.h"

namespace tenon::delivery {

struct Project {
  ProjectId project_id;
  std::string name;
  std::string slug;  // unique within the tenant; names its directory
  std::string goal;
  std::string repository_path;  // the user's copy
  Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(Project, (), (project_id, name, slug, goal, repository_path, created_at))

struct Artifact {
  std::string kind;  // brief, plan, design, adr, openapi, test-report, review, runbook
  std::int64_t version = 0;
  std::string media_type;
  std::string content;
  Digest digest;
  Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(Artifact, (), (kind, version, media_type, content, digest, created_at))

// The record that proves or disproves an assertion.
struct Evidence {
  std::string requirement;  // R2
  std::string assertion;    // A2.1
  std::string source;       // checks (the harness over HTTP) or tests (the app's own)
  std::string commit_id;
  bool passed = false;
  std::string command;  // what was run
  int exit_code = 0;
  Digest digest;       // of what came back
  std::string tier;    // of the sandbox
  std::string detail;  // what failed, or how much was checked
  Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(Evidence, (),
                      (requirement, assertion, source, commit_id, passed, command, exit_code, digest, tier, detail,
                       created_at))

struct Release {
  ReleaseId release_id;
  RunId run_id;
  std::string environment;
  std::int64_t version = 0;  // 1, 2, … within the environment
  std::string commit_id;
  Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(Release, (), (release_id, run_id, environment, version, commit_id, created_at))

// What belongs to a delivery is written under its tenant, project and run.
struct Scope {
  TenantId tenant;
  ProjectId project;
  RunId run;
};

// The slug becomes `wanted`, or `wanted-2`, … when that is taken.
Project add_project(store::Transaction& tx, const TenantId& tenant, Project project);
std::optional<Project> find_project(store::Transaction& tx, const TenantId& tenant, const std::string& id_or_slug);
std::vector<Project> list_projects(store::Transaction& tx, const TenantId& tenant);  // newest first
void set_repository_path(store::Transaction& tx, const Scope& scope, const std::string& path);

void add_artifact(store::Transaction& tx, const Scope& scope, const std::string& kind, const std::string& media_type,
                  const std::string& content, Timestamp created_at);
std::vector<Artifact> list_artifacts(store::Transaction& tx, const TenantId& tenant,
                                     const ProjectId& project);  // latest of each kind
std::vector<Artifact> artifacts_of_run(store::Transaction& tx, const TenantId& tenant,
                                       const RunId& run);  // all versions, oldest first
std::optional<Artifact> artifact_of_run(store::Transaction& tx, const TenantId& tenant, const RunId& run,
                                        const std::string& kind);

// Evidence of the same source for the same assertion at the same commit takes the place of the older.
void add_evidence(store::Transaction& tx, const Scope& scope, const Evidence& evidence);
std::vector<Evidence> evidence_of_run(store::Transaction& tx, const TenantId& tenant, const RunId& run);

// The next version of the environment becomes its current release.
Release add_release(store::Transaction& tx, const Scope& scope, const std::string& environment,
                    const std::string& commit, Timestamp created_at);
std::vector<Release> list_releases(store::Transaction& tx, const TenantId& tenant,
                                   const ProjectId& project);  // newest first
std::optional<Release> current_release(store::Transaction& tx, const TenantId& tenant, const ProjectId& project,
                                       const std::string& environment);
void set_current_release(store::Transaction& tx, const TenantId& tenant, const ProjectId& project,
                         const std::string& environment, const ReleaseId& release, Timestamp at);

struct StageRow {
  Stage stage = Stage::NEW;
  std::string failed_stage;  // where it stood when it failed
};
BOOST_DESCRIBE_STRUCT(StageRow, (), (stage, failed_stage))

// Compare and set along the allowed edges. Being there already is fine; anything else throws conflict.
void move_stage(store::Transaction& tx, const Scope& scope, Stage to, Timestamp at);
std::optional<StageRow> stage_of(store::Transaction& tx, const TenantId& tenant, const RunId& run);
std::optional<ProjectId> project_of_run(store::Transaction& tx, const TenantId& tenant, const RunId& run);
std::optional<RunId> newest_run(store::Transaction& tx, const TenantId& tenant, const ProjectId& project);

}  // namespace tenon::delivery
