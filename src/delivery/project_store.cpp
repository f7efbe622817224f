#include "delivery/project_store.h"

#include <boost/describe/enum_from_string.hpp>

#include "store/sql.h"

namespace tenon::delivery {

using store::execute;
using store::named;
using store::query;
using store::query_one;

namespace {

bool slug_taken(store::Transaction& tx, const TenantId& tenant, const std::string& slug) {
  return query_one<std::string>(tx, R"(
    SELECT project_id FROM projects WHERE tenant_id = :tenant AND slug = :slug)",
                                named("tenant", tenant), named("slug", slug))
      .has_value();
}

}  // namespace

Project add_project(store::Transaction& tx, const TenantId& tenant, Project project) {
  const std::string wanted = project.slug;
  for (int number = 2; slug_taken(tx, tenant, project.slug); ++number)
    project.slug = fmt::format("{}-{}", wanted, number);
  execute(tx, R"(
    INSERT INTO projects (tenant_id, project_id, name, slug, goal, repository_path, created_at)
    VALUES (:tenant, :project, :name, :slug, :goal, :path, :created))",
          named("tenant", tenant), named("project", project.project_id), named("name", project.name),
          named("slug", project.slug), named("goal", project.goal), named("path", project.repository_path),
          named("created", project.created_at));
  return project;
}

std::optional<Project> find_project(store::Transaction& tx, const TenantId& tenant, const std::string& id_or_slug) {
  return query_one<Project>(tx, R"(
    SELECT project_id, name, slug, goal, repository_path, created_at FROM projects
    WHERE tenant_id = :tenant AND (project_id = :id OR slug = :slug))",
                            named("tenant", tenant), named("id", id_or_slug), named("slug", id_or_slug));
}

std::vector<Project> list_projects(store::Transaction& tx, const TenantId& tenant) {
  return query<Project>(tx, R"(
    SELECT project_id, name, slug, goal, repository_path, created_at FROM projects
    WHERE tenant_id = :tenant ORDER BY created_at DESC, project_id DESC)",
                        named("tenant", tenant));
}

void set_repository_path(store::Transaction& tx, const Scope& scope, const std::string& path) {
  execute(tx, R"(
    UPDATE projects SET repository_path = :path WHERE tenant_id = :tenant AND project_id = :project)",
          named("path", path), named("tenant", scope.tenant), named("project", scope.project));
}

void add_artifact(store::Transaction& tx, const Scope& scope, const std::string& kind, const std::string& media_type,
                  const std::string& content, Timestamp created_at) {
  execute(tx, R"(
    INSERT INTO artifacts (tenant_id, artifact_id, project_id, run_id, kind, version, media_type, content, digest, created_at)
    SELECT :tenant, :artifact, :project, :run, :kind, COALESCE(MAX(version), 0) + 1, :media, :content, :digest, :created
    FROM artifacts WHERE tenant_id = :tenant2 AND project_id = :project2 AND kind = :kind2)",
          named("tenant", scope.tenant), named("artifact", ArtifactId::make()), named("project", scope.project),
          named("run", scope.run), named("kind", kind), named("media", media_type), named("content", content),
          named("digest", sha256(content)), named("created", created_at), named("tenant2", scope.tenant),
          named("project2", scope.project), named("kind2", kind));
}

std::vector<Artifact> list_artifacts(store::Transaction& tx, const TenantId& tenant, const ProjectId& project) {
  return query<Artifact>(tx, R"(
    SELECT kind, version, media_type, content, digest, created_at FROM artifacts newest
    WHERE tenant_id = :tenant AND project_id = :project
      AND version = (SELECT MAX(version) FROM artifacts a WHERE a.tenant_id = newest.tenant_id
                     AND a.project_id = newest.project_id AND a.kind = newest.kind)
    ORDER BY created_at, kind)",
                         named("tenant", tenant), named("project", project));
}

std::vector<Artifact> artifacts_of_run(store::Transaction& tx, const TenantId& tenant, const RunId& run) {
  return query<Artifact>(tx, R"(
    SELECT kind, version, media_type, content, digest, created_at FROM artifacts
    WHERE tenant_id = :tenant AND run_id = :run ORDER BY created_at, kind, version)",
                         named("tenant", tenant), named("run", run));
}

std::optional<Artifact> artifact_of_run(store::Transaction& tx, const TenantId& tenant, const RunId& run,
                                        const std::string& kind) {
  return query_one<Artifact>(tx, R"(
    SELECT kind, version, media_type, content, digest, created_at FROM artifacts
    WHERE tenant_id = :tenant AND run_id = :run AND kind = :kind ORDER BY version DESC LIMIT 1)",
                             named("tenant", tenant), named("run", run), named("kind", kind));
}

void add_evidence(store::Transaction& tx, const Scope& scope, const Evidence& evidence) {
  execute(tx, R"(
    INSERT INTO evidence (tenant_id, evidence_id, project_id, run_id, requirement, assertion, source, commit_id, passed,
                          command, exit_code, digest, tier, detail, created_at)
    VALUES (:tenant, :evidence, :project, :run, :requirement, :assertion, :source, :commit, :passed,
            :command, :exit, :digest, :tier, :detail, :created)
    ON CONFLICT (run_id, assertion, source, commit_id)
    DO UPDATE SET passed = excluded.passed, command = excluded.command, exit_code = excluded.exit_code,
                  digest = excluded.digest, tier = excluded.tier, detail = excluded.detail,
                  created_at = excluded.created_at)",
          named("tenant", scope.tenant), named("evidence", EvidenceId::make()), named("project", scope.project),
          named("run", scope.run), named("requirement", evidence.requirement), named("assertion", evidence.assertion),
          named("source", evidence.source), named("commit", evidence.commit_id), named("passed", evidence.passed),
          named("command", evidence.command), named("exit", evidence.exit_code), named("digest", evidence.digest),
          named("tier", evidence.tier), named("detail", evidence.detail), named("created", evidence.created_at));
}

std::vector<Evidence> evidence_of_run(store::Transaction& tx, const TenantId& tenant, const RunId& run) {
  return query<Evidence>(tx, R"(
    SELECT requirement, assertion, source, commit_id, passed, command, exit_code, digest, tier, detail, created_at
    FROM evidence WHERE tenant_id = :tenant AND run_id = :run ORDER BY created_at, assertion, source)",
                         named("tenant", tenant), named("run", run));
}

Release add_release(store::Transaction& tx, const Scope& scope, const std::string& environment,
                    const std::string& commit, Timestamp created_at) {
  Release release{.release_id = ReleaseId::make(),
                  .run_id = scope.run,
                  .environment = environment,
                  .commit_id = commit,
                  .created_at = created_at};
  const auto newest = query_one<std::int64_t>(tx, R"(
    SELECT COALESCE(MAX(version), 0) FROM releases
    WHERE tenant_id = :tenant AND project_id = :project AND environment = :environment)",
                                              named("tenant", scope.tenant), named("project", scope.project),
                                              named("environment", environment));
  release.version = newest.value_or(0) + 1;
  execute(tx, R"(
    INSERT INTO releases (tenant_id, release_id, project_id, run_id, environment, version, commit_id, created_at)
    VALUES (:tenant, :release, :project, :run, :environment, :version, :commit, :created))",
          named("tenant", scope.tenant), named("release", release.release_id), named("project", scope.project),
          named("run", scope.run), named("environment", environment), named("version", release.version),
          named("commit", commit), named("created", created_at));
  set_current_release(tx, scope.tenant, scope.project, environment, release.release_id, created_at);
  return release;
}

std::vector<Release> list_releases(store::Transaction& tx, const TenantId& tenant, const ProjectId& project) {
  return query<Release>(tx, R"(
    SELECT release_id, run_id, environment, version, commit_id, created_at FROM releases
    WHERE tenant_id = :tenant AND project_id = :project ORDER BY created_at DESC, version DESC)",
                        named("tenant", tenant), named("project", project));
}

std::optional<Release> current_release(store::Transaction& tx, const TenantId& tenant, const ProjectId& project,
                                       const std::string& environment) {
  return query_one<Release>(tx, R"(
    SELECT r.release_id, r.run_id, r.environment, r.version, r.commit_id, r.created_at
    FROM environments e JOIN releases r ON r.tenant_id = e.tenant_id AND r.release_id = e.release_id
    WHERE e.tenant_id = :tenant AND e.project_id = :project AND e.environment = :environment)",
                            named("tenant", tenant), named("project", project), named("environment", environment));
}

void set_current_release(store::Transaction& tx, const TenantId& tenant, const ProjectId& project,
                         const std::string& environment, const ReleaseId& release, Timestamp at) {
  execute(tx, R"(
    INSERT INTO environments (tenant_id, project_id, environment, release_id, updated_at)
    VALUES (:tenant, :project, :environment, :release, :at)
    ON CONFLICT (project_id, environment)
    DO UPDATE SET release_id = excluded.release_id, updated_at = excluded.updated_at)",
          named("tenant", tenant), named("project", project), named("environment", environment),
          named("release", release), named("at", at));
}

void move_stage(store::Transaction& tx, const Scope& scope, Stage to, Timestamp at) {
  const auto row = stage_of(tx, scope.tenant, scope.run);
  if (!row) {
    execute(tx, R"(
      INSERT INTO deliveries (tenant_id, run_id, project_id, stage, failed_stage, updated_at)
      VALUES (:tenant, :run, :project, :stage, '', :at))",
            named("tenant", scope.tenant), named("run", scope.run), named("project", scope.project), named("stage", to),
            named("at", at));
    return;
  }
  if (row->stage == to) return;
  if (!may_move(row->stage, to)) {
    throw Error(ErrorCode::conflict,
                fmt::format("a delivery cannot go from {} to {}", boost::describe::enum_to_string(row->stage, ""),
                            boost::describe::enum_to_string(to, "")));
  }
  const std::string failed_in = to == Stage::FAILED ? boost::describe::enum_to_string(row->stage, "") : "";
  const auto moved = execute(tx, R"(
    UPDATE deliveries SET stage = :to, failed_stage = :failed, updated_at = :at
    WHERE tenant_id = :tenant AND run_id = :run AND stage = :from)",
                             named("to", to), named("failed", failed_in), named("at", at),
                             named("tenant", scope.tenant), named("run", scope.run), named("from", row->stage));
  if (moved != 1) throw Error(ErrorCode::conflict, "the delivery's stage was changed by someone else");
}

std::optional<StageRow> stage_of(store::Transaction& tx, const TenantId& tenant, const RunId& run) {
  return query_one<StageRow>(tx, R"(
    SELECT stage, failed_stage FROM deliveries WHERE tenant_id = :tenant AND run_id = :run)",
                             named("tenant", tenant), named("run", run));
}

std::optional<ProjectId> project_of_run(store::Transaction& tx, const TenantId& tenant, const RunId& run) {
  return query_one<ProjectId>(tx, R"(
    SELECT project_id FROM deliveries WHERE tenant_id = :tenant AND run_id = :run)",
                              named("tenant", tenant), named("run", run));
}

std::optional<RunId> newest_run(store::Transaction& tx, const TenantId& tenant, const ProjectId& project) {
  return query_one<RunId>(tx, R"(
    SELECT run_id FROM deliveries WHERE tenant_id = :tenant AND project_id = :project ORDER BY updated_at DESC, run_id DESC LIMIT 1)",
                          named("tenant", tenant), named("project", project));
}

}  // namespace tenon::delivery
