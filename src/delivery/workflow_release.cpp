#include "delivery/release_stage.h"
#include "delivery/review_stage.h"
#include "delivery/verify_stage.h"
#include "delivery/workflow.h"

namespace tenon::delivery {

Task<void> review(Delivery& delivery) {
  auto entering = enter(delivery, Stage::REVIEW);
  co_await std::move(entering);
  auto reviewing = delivery.run.step("review", [&delivery] {
    return review_commit(delivery.services.workplace.git_directory(delivery.slug), delivery.plan, delivery.documents,
                         delivery.commit);
  });
  const Review review = co_await std::move(reviewing);
  auto telling = delivery.run.store_step("review-result", [&delivery, &review](store::Transaction& tx) {
    add_artifact(tx, delivery.scope, "review", kMarkdown, agents::review_markdown(review.findings), tx.now());
    tell(delivery, tx, ReviewFinished{.files = review.files, .findings = lines_of(review.findings)});
  });
  co_await std::move(telling);
  if (agents::blocks(review.findings)) {
    throw Error(ErrorCode::unmet, fmt::format("the review found: {}", lines_of(review.findings).front()));
  }
}

Task<Release> release(Delivery& delivery) {
  auto entering = enter(delivery, Stage::DEPLOY);
  co_await std::move(entering);
  ReleaseStage stage(delivery.services, delivery.slug, kPreview);
  auto preparing = delivery.run.step("release/prepare", [&stage, &delivery] {
    stage.prepare(delivery.commit);
    stage.keep_data(delivery.commit);
  });
  co_await std::move(preparing);

  const agents::Stack& stack = agents::stack_named(delivery.services.tools.knowledge, delivery.brief.stack);
  auto trying = delivery.run.step("release/health", [&stage, &stack, &delivery](const durable::StepInfo&) {
    return stage.try_out(delivery.commit, stack);
  });
  co_await std::move(trying);

  auto exporting = delivery.run.step("release/repository", [&delivery] {
    const std::filesystem::path target(delivery.input.repository_path);
    std::filesystem::create_directories(target.parent_path());
    git::Repository repository = git::Repository::open(delivery.services.workplace.git_directory(delivery.slug));
    repository.export_clone(target, kMainBranch, git::CommitId{delivery.commit});
  });
  co_await std::move(exporting);

  auto recording = delivery.run.store_step("release/record", [&delivery](store::Transaction& tx) {
    const Release made = add_release(tx, delivery.scope, kPreview, delivery.commit, tx.now());
    tell(delivery, tx,
         Released{.environment = made.environment,
                  .version = static_cast<std::uint32_t>(made.version),
                  .commit = made.commit_id,
                  .repository = delivery.input.repository_path});
    return made;
  });
  co_return co_await std::move(recording);
}

Task<void> confirm(Delivery& delivery) {
  auto entering = enter(delivery, Stage::MONITOR);
  co_await std::move(entering);
  auto confirming = delivery.run.store_step("confirm", [&delivery](store::Transaction& tx) {
    const auto current = current_release(tx, delivery.scope.tenant, delivery.scope.project, kPreview);
    const auto evidence = evidence_of_run(tx, delivery.scope.tenant, delivery.scope.run);
    const auto states = assertion_states(delivery.brief, evidence, delivery.commit);
    if (!current || current->commit_id != delivery.commit || !std::ranges::all_of(states, &AssertionState::met)) {
      throw Error(ErrorCode::unmet, "what is released is not what has passing evidence");
    }
    move_stage(tx, delivery.scope, Stage::DONE, tx.now());
    tell(delivery, tx, StageEntered{.stage = Stage::DONE});
    tell(delivery, tx, DeliveryEnded{.stage = Stage::DONE});
  });
  co_await std::move(confirming);
}

}  // namespace tenon::delivery
