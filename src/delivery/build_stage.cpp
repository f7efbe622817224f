#include "delivery/build_stage.h"

#include <set>

#include "agents/documents.h"
#include "core/log.h"
#include "native/fsops/path_set.h"
#include "native/fsops/remove_tree.h"

namespace tenon::delivery {
namespace {

std::string branch_of(const RunId& run, const agents::PlannedTask& task) {
  return fmt::format("tenon/{}/{}", run.text, task.id);
}

std::filesystem::path fresh_directory(const std::filesystem::path& directory) {
  fsops::remove_tree(directory);
  std::filesystem::create_directories(directory);
  return directory;
}

// Files of an earlier version that this one no longer has. Each belongs to the task whose paths hold it.
std::vector<fsops::WorkspacePath> outdated(const fsops::Workspace& workspace, const agents::Plan& plan,
                                           const agents::Renderer& renderer, const fsops::PathSet& mine) {
  std::set<std::string> wanted;
  for (const agents::PlannedTask& task : plan.tasks) {
    for (const agents::RenderedFile& file : renderer.render(task.id)) wanted.insert(file.path);
  }
  std::vector<fsops::WorkspacePath> paths;
  for (const fsops::Entry& entry : workspace.walk().entries) {
    if (entry.kind != fsops::EntryKind::directory && mine.contains(entry.path) && !wanted.contains(entry.path.text())) {
      paths.push_back(entry.path);
    }
  }
  return paths;
}

git::CommitId main_head(const git::Repository& repository) {
  const auto head = repository.branch_head(kMainBranch);
  if (!head) throw Error(ErrorCode::data_corrupted, fmt::format("{} has no main branch", repository.path().string()));
  return *head;
}

}  // namespace

BuildStage::BuildStage(Services& services, const DeliveryInput& input, const agents::Brief& brief,
                       const agents::Plan& plan, std::string slug, RunId run)
    : services_(services),
      input_(input),
      brief_(brief),
      plan_(plan),
      slug_(std::move(slug)),
      run_(std::move(run)),
      renderer_(brief, services.tools.knowledge) {}

std::string BuildStage::record_documents(const durable::StepInfo& step) const {
  std::filesystem::create_directories(services_.workplace.project(slug_));
  git::Repository repository = git::Repository::create(services_.workplace.git_directory(slug_));
  const auto head = repository.branch_head(kMainBranch);
  const auto worktree = fresh_directory(services_.workplace.run(run_) / "documents");
  if (head) repository.checkout(*head, worktree);

  const fsops::Workspace workspace = fsops::Workspace::open(worktree);
  workspace.write(fsops::WorkspacePath::parse("docs/brief.md"),
                  agents::brief_markdown(brief_, services_.tools.knowledge));
  workspace.write(fsops::WorkspacePath::parse("docs/plan.md"), agents::plan_markdown(plan_, brief_));
  for (const agents::Document& document : agents::documents(brief_, services_.tools.knowledge)) {
    workspace.write(fsops::WorkspacePath::parse(document.path), document.content);
  }

  git::CommitRequest request;
  request.branch = kMainBranch;
  if (head) request.parents.push_back(*head);
  request.tree = repository.snapshot(workspace);
  request.message = message("docs: record the brief, the plan and the design", "", kDocumentsTask, {});
  request.author = input_.author;
  request.committer = git::tenon_identity();
  request.time = step.first_attempt_at;
  if (head && repository.tree_of(*head) == request.tree) return head->text;
  const git::CommitId commit = repository.commit(request);
  fsops::remove_tree(worktree);
  return commit.text;
}

BuiltTask BuildStage::build(const agents::PlannedTask& task, const durable::StepInfo& step) const {
  const auto started = std::chrono::steady_clock::now();
  git::Repository repository = git::Repository::open(services_.workplace.git_directory(slug_));
  const git::CommitId base = main_head(repository);
  const auto worktree = fresh_directory(services_.workplace.run(run_) / "tasks" / task.id);
  repository.checkout(base, worktree);
  write_files(task, worktree);

  const git::TreeId tree = repository.snapshot(fsops::Workspace::open(worktree));
  check(task, worktree, step.stop);

  BuiltTask built{.branch = branch_of(run_, task)};
  repository.remove_branch(built.branch);
  repository.move_branch(built.branch, std::nullopt, base);
  git::CommitRequest request;
  request.branch = built.branch;
  request.parents = {base};
  request.tree = tree;
  request.message = message(task.subject, "", task.id, task.requirements);
  request.author = input_.author;
  request.committer = git::tenon_identity();
  request.time = step.first_attempt_at;
  built.commit = repository.tree_of(base) == tree ? base.text : repository.commit(request).text;
  fsops::remove_tree(worktree);
  built.milliseconds = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - started).count();
  return built;
}

MergedTask BuildStage::merge(const agents::PlannedTask& task, const BuiltTask& built, const durable::StepInfo& step) {
  const std::scoped_lock one_at_a_time(merging_);
  git::Repository repository = git::Repository::open(services_.workplace.git_directory(slug_));
  const git::CommitId head = main_head(repository);
  const git::CommitId commit{built.commit};
  MergedTask merged{.commit = head.text};
  if (!repository.contains(head, commit)) {
    if (repository.contains(commit, head)) {
      repository.move_branch(kMainBranch, head, commit);
      merged.commit = commit.text;
    } else {
      const auto tree = repository.merge(head, commit);
      if (!tree) {
        throw Error(ErrorCode::conflict,
                    fmt::format("the task {} conflicts with others at {}", task.id, tree.error().front().path));
      }
      git::CommitRequest request;
      request.branch = kMainBranch;
      request.parents = {head, commit};
      request.tree = *tree;
      request.message = message(fmt::format("chore: merge {}", task.id), "", task.id, task.requirements);
      request.author = git::tenon_identity();
      request.committer = git::tenon_identity();
      request.time = step.first_attempt_at;
      merged.commit = repository.commit(request).text;
    }
  }
  repository.remove_branch(built.branch);
  return merged;
}

git::Message BuildStage::message(std::string subject, std::string body, const std::string& task,
                                 const std::vector<std::string>& requirements) const {
  git::Message message{.subject = std::move(subject), .body = std::move(body)};
  message.trailers.push_back({"Tenon-Run", run_.text});
  message.trailers.push_back({kTaskTrailer, task});
  for (const std::string& requirement : requirements) message.trailers.push_back({"Tenon-Requirement", requirement});
  return message;
}

void BuildStage::write_files(const agents::PlannedTask& task, const std::filesystem::path& worktree) const {
  const fsops::Workspace workspace = fsops::Workspace::open(worktree);
  const fsops::PathSet allowed = fsops::PathSet::parse(task.paths);
  for (const fsops::WorkspacePath& path : outdated(workspace, plan_, renderer_, allowed)) workspace.remove(path);
  for (const agents::RenderedFile& file : renderer_.render(task.id)) {
    const auto path = fsops::WorkspacePath::parse(file.path);
    if (!allowed.contains(path)) {
      throw Error(ErrorCode::permission_denied, fmt::format("the task {} may not write {}", task.id, file.path),
                  "Add the path to the task's `paths` in the stack, or move the file to another task.");
    }
    const bool executable = (file.mode & 0100U) != 0;
    workspace.write(path, file.content, executable ? fsops::FileMode::executable : fsops::FileMode::regular);
  }
}

void BuildStage::check(const agents::PlannedTask& task, const std::filesystem::path& worktree,
                       std::stop_token stop) const {
  const agents::Stack& stack = agents::stack_named(services_.tools.knowledge, brief_.stack);
  auto argv = stack_command(stack, "install_check", {}, services_.tools.settings);
  const sandbox::Command command = app_command(services_.tools, stack, std::move(argv), worktree);
  const sandbox::ExitRecord record = services_.tools.sandbox.run(command, stop);
  log::info("task checked", {{"run", run_.text},
                             {"task", task.id},
                             {"sandbox", record.id.text},
                             {"exit_code", record.exit_code},
                             {"wall_ms", record.wall_ms}});
  if (record.outcome == sandbox::Outcome::cancelled) throw Error(ErrorCode::cancelled, "the build was cancelled");
  if (record.succeeded()) return;
  throw Error(ErrorCode::unmet,
              fmt::format("after the task {} the app cannot be loaded: the check {}", task.id, describe(record)),
              record.standard_error.text, {{"task", task.id}});
}

}  // namespace tenon::delivery
