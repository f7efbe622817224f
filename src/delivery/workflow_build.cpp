#include "delivery/build_stage.h"
#include "delivery/workflow.h"

namespace tenon::delivery {
namespace {

Task<void> build_task(Delivery& delivery, durable::Context branch, BuildStage& stage, agents::PlannedTask task) {
  auto telling = branch.store_step("start", [&delivery, &task](store::Transaction& tx) {
    tell(delivery, tx, TaskStarted{.task = task.id, .title = task.title});
  });
  co_await std::move(telling);
  auto building =
      branch.step("build", [&stage, &task](const durable::StepInfo& step) { return stage.build(task, step); });
  const BuiltTask built = co_await std::move(building);
  auto merging = branch.step(
      "merge", [&stage, &task, &built](const durable::StepInfo& step) { return stage.merge(task, built, step); });
  const MergedTask merged = co_await std::move(merging);
  auto finishing = branch.store_step("finish", [&delivery, &task, &built, &merged](store::Transaction& tx) {
    tell(delivery, tx,
         TaskFinished{
             .task = task.id, .title = task.title, .commit = merged.commit, .milliseconds = built.milliseconds});
  });
  co_await std::move(finishing);
}

std::vector<std::vector<std::size_t>> dependencies(const agents::Plan& plan) {
  std::vector<std::vector<std::size_t>> after(plan.tasks.size());
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (std::ranges::find(plan.tasks[i].after, plan.tasks[j].id) != plan.tasks[i].after.end()) after[i].push_back(j);
    }
  }
  return after;
}

}  // namespace

Task<void> build(Delivery& delivery) {
  auto entering = enter(delivery, Stage::BUILD);
  co_await std::move(entering);
  BuildStage stage(delivery.services, delivery.input, delivery.brief, delivery.plan, delivery.slug, delivery.scope.run);
  auto recording =
      delivery.run.step("repository", [&stage](const durable::StepInfo& step) { return stage.record_documents(step); });
  delivery.documents = co_await std::move(recording);

  std::vector<Task<void>> tasks;
  for (const agents::PlannedTask& task : delivery.plan.tasks) {
    tasks.push_back(build_task(delivery, delivery.run.branch(task.id), stage, task));
  }
  auto building = delivery.run.graph(std::move(tasks), dependencies(delivery.plan),
                                     delivery.services.tools.settings.parallel_tasks);
  co_await std::move(building);

  auto reading = delivery.run.step("head", [&delivery] {
    const auto repository = git::Repository::open(delivery.services.workplace.git_directory(delivery.slug));
    return repository.branch_head(kMainBranch).value_or(git::CommitId{}).text;
  });
  delivery.commit = co_await std::move(reading);
}

}  // namespace tenon::delivery
