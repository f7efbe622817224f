#include "delivery/delivery.h"

#include "agents/documents.h"
#include "agents/interview.h"
#include "agents/plan.h"
#include "agents/reviewer.h"
#include "core/log.h"
#include "delivery/build_stage.h"
#include "delivery/progress.h"
#include "delivery/release_stage.h"
#include "delivery/review_stage.h"
#include "delivery/toolchain.h"
#include "delivery/verify_stage.h"
#include "native/fsops/remove_tree.h"

namespace tenon::delivery {
namespace {

constexpr const char* kMarkdown = "text/markdown";
constexpr const char* kJson = "application/json";

// Everything of one delivery that its stages share. It lives in the workflow's coroutine, and is made again on replay.
struct Delivery {
  Services& services;
  DeliveryInput input;
  durable::Context run;
  Scope scope;
  std::string slug;
  agents::Brief brief;
  agents::Plan plan;
  std::string commit;
};

// The result of the step that opens a delivery.
struct Opened {
  ProjectId project;
  std::string slug;
  std::string repository_path;
  agents::Brief brief;
};
BOOST_DESCRIBE_STRUCT(Opened, (), (project, slug, repository_path, brief))

template <class Payload>
void tell(const Delivery& delivery, store::Transaction& tx, const Payload& payload) {
  delivery.services.timeline.append(tx, delivery.scope.tenant, delivery.scope.run, payload);
}

// Enters a stage; `also` writes what belongs to it in the same transaction.
template <class Also>
Task<void> enter(Delivery& delivery, Stage stage, Also also) {
  const std::string name = fmt::format("stage/{}", boost::describe::enum_to_string(stage, ""));
  auto body = [&delivery, stage, also](store::Transaction& tx) {
    move_stage(tx, delivery.scope, stage, tx.now());
    tell(delivery, tx, StageEntered{.stage = stage});
    also(tx);
  };
  auto entering = delivery.run.store_step(name, std::move(body));
  co_await std::move(entering);
}

Task<void> enter(Delivery& delivery, Stage stage) {
  auto nothing = [](store::Transaction&) {};
  auto entering = enter(delivery, stage, nothing);
  co_await std::move(entering);
}

std::vector<std::string> assumptions(const agents::Brief& brief) {
  std::vector<std::string> lines;
  for (const agents::Answer& answer : brief.questions) {
    if (answer.source == agents::AnswerSource::assumed) {
      lines.push_back(fmt::format("{} {}", answer.text, fmt::join(answer.labels, ", ")));
    }
  }
  return lines;
}

std::vector<std::string> refused_wishes(const agents::Brief& brief) {
  std::vector<std::string> lines;
  for (const agents::OutOfScope& wish : brief.out_of_scope)
    lines.push_back(fmt::format("{}: {}", wish.wish, wish.answer));
  return lines;
}

Opened open_project(const Delivery& delivery, store::Transaction& tx) {
  Opened opened;
  opened.brief = brief_for(delivery.input, delivery.services.tools.knowledge, tx.now());
  Project project;
  if (delivery.input.project) {
    const auto existing = find_project(tx, delivery.scope.tenant, delivery.input.project->text);
    if (!existing)
      throw Error(ErrorCode::not_found, fmt::format("there is no project {}", delivery.input.project->text));
    project = *existing;
  } else {
    // The run's own ULID: the same project when this transaction is repeated.
    project.project_id = ProjectId{fmt::format("{}_{}", ProjectKind::prefix,
                                               delivery.scope.run.text.substr(delivery.scope.run.text.find('_') + 1))};
    project.name = opened.brief.title;
    project.slug = opened.brief.slug;
    project.goal = delivery.input.goal;
    project.repository_path = delivery.input.repository_path;
    project.created_at = tx.now();
    project = add_project(tx, delivery.scope.tenant, project);
  }
  Scope scope = delivery.scope;
  scope.project = project.project_id;
  if (project.repository_path.empty()) {
    project.repository_path = delivery.services.workplace.repository(project.slug).string();
    set_repository_path(tx, scope, project.repository_path);
  }
  move_stage(tx, scope, Stage::NEW, tx.now());
  move_stage(tx, scope, Stage::PLANNING, tx.now());
  const agents::Brief& brief = opened.brief;
  add_artifact(tx, scope, "brief", kJson, pretty_json(to_json(brief)), tx.now());
  add_artifact(tx, scope, "brief-text", kMarkdown, agents::brief_markdown(brief, delivery.services.tools.knowledge),
               tx.now());
  tell(delivery, tx, StageEntered{.stage = Stage::PLANNING});
  tell(delivery, tx,
       BriefWritten{.project = project.slug,
                    .title = brief.title,
                    .domain = brief.domain_title,
                    .stack = brief.stack,
                    .requirements = brief.requirements.size(),
                    .assertions = agents::assertions_of(brief).size(),
                    .assumed = assumptions(brief),
                    .out_of_scope = refused_wishes(brief)});
  opened.project = project.project_id;
  opened.slug = project.slug;
  opened.repository_path = project.repository_path;
  return opened;
}

Task<void> open(Delivery& delivery) {
  auto body = [&delivery](store::Transaction& tx) { return open_project(delivery, tx); };
  auto opening = delivery.run.store_step("brief", std::move(body));
  Opened opened = co_await std::move(opening);
  delivery.scope.project = opened.project;
  delivery.slug = std::move(opened.slug);
  delivery.input.repository_path = std::move(opened.repository_path);
  delivery.brief = std::move(opened.brief);
}

Task<void> plan(Delivery& delivery) {
  auto checking = delivery.run.step("toolchain", [&delivery](const durable::StepInfo& step) {
    check_toolchain(delivery.services.tools,
                    agents::stack_named(delivery.services.tools.knowledge, delivery.brief.stack),
                    delivery.services.workplace.run(delivery.scope.run), step.stop);
  });
  co_await std::move(checking);

  auto body = [&delivery](store::Transaction& tx) {
    agents::Plan made = agents::make_plan(delivery.brief, delivery.services.tools.knowledge);
    add_artifact(tx, delivery.scope, "plan", kJson, pretty_json(to_json(made)), tx.now());
    tell(delivery, tx, PlanWritten{.tasks = made.tasks.size()});
    return made;
  };
  auto planning = delivery.run.store_step("plan", std::move(body));
  delivery.plan = co_await std::move(planning);
}

Task<void> design(Delivery& delivery) {
  auto documents = [&delivery](store::Transaction& tx) {
    for (const agents::Document& document : agents::documents(delivery.brief, delivery.services.tools.knowledge)) {
      add_artifact(tx, delivery.scope, document.kind, kMarkdown, document.content, tx.now());
    }
  };
  auto entering = enter(delivery, Stage::DESIGN, std::move(documents));
  co_await std::move(entering);
}

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

Task<void> build(Delivery& delivery) {
  auto entering = enter(delivery, Stage::BUILD);
  co_await std::move(entering);
  BuildStage stage(delivery.services, delivery.input, delivery.brief, delivery.plan, delivery.slug, delivery.scope.run);
  auto recording =
      delivery.run.step("repository", [&stage](const durable::StepInfo& step) { return stage.record_documents(step); });
  co_await std::move(recording);

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

Task<void> run_tests(Delivery& delivery, durable::Context branch, VerifyStage& stage, OwnTests& tests) {
  auto testing = branch.step("run", [&stage](const durable::StepInfo& step) { return stage.run_own_tests(step); });
  tests = co_await std::move(testing);
  auto telling = branch.store_step("result", [&delivery, &tests](store::Transaction& tx) {
    tell(delivery, tx,
         TestsFinished{.passed = tests.report.total.passed,
                       .failed = tests.report.total.failed,
                       .skipped = tests.report.total.skipped,
                       .coverage_percent = tests.coverage_percent,
                       .milliseconds = tests.record.wall_ms});
  });
  co_await std::move(telling);
}

ChecksFinished checks_finished(const LiveChecks& live) {
  ChecksFinished finished{.milliseconds = live.milliseconds};
  for (const AssertionOutcome& outcome : live.assertions) {
    finished.passed += outcome.verdict == Verdict::passed ? 1 : 0;
    finished.requests += outcome.requests;
    if (outcome.verdict != Verdict::failed) continue;
    ++finished.failed;
    const CheckFailure failure = outcome.failure.value_or(CheckFailure{});
    finished.failures.push_back(
        fmt::format("{}: {}: expected {}, got {}", outcome.assertion, failure.request, failure.expected, failure.got));
  }
  return finished;
}

AttacksFinished attacks_finished(const AttackReport& report) {
  AttacksFinished finished{.milliseconds = report.milliseconds};
  for (const AttackResult& result : report.results) {
    finished.withstood += result.verdict == AttackVerdict::passed ? 1 : 0;
    finished.not_applicable += result.verdict == AttackVerdict::not_applicable ? 1 : 0;
    finished.succeeded += result.verdict == AttackVerdict::failed ? 1 : 0;
    for (const AttackFinding& finding : result.findings) {
      finished.findings.push_back(
          fmt::format("{}: {}: expected {}, got {}", finding.id, finding.request, finding.expected, finding.got));
    }
  }
  return finished;
}

Task<void> run_live(Delivery& delivery, durable::Context branch, VerifyStage& stage, LiveChecks& live) {
  auto checking = branch.step("run", [&stage](const durable::StepInfo& step) { return stage.run_live_checks(step); });
  live = co_await std::move(checking);
  auto telling = branch.store_step("result", [&delivery, &live](store::Transaction& tx) {
    tell(delivery, tx, checks_finished(live));
    tell(delivery, tx, attacks_finished(live.attacks));
  });
  co_await std::move(telling);
}

// Why the commit may not be released, or nothing.
std::string shortfall(const Delivery& delivery, const OwnTests& tests, const LiveChecks& live,
                      const std::vector<Evidence>& evidence) {
  const agents::Stack& stack = agents::stack_named(delivery.services.tools.knowledge, delivery.brief.stack);
  const double minimum = stack.coverage ? stack.coverage->minimum : 0;
  if (tests.report.total.failed > 0) {
    return fmt::format("{} of the app's own tests failed, first {}", tests.report.total.failed,
                       tests.report.failures.front().name);
  }
  if (!tests.record.succeeded()) return fmt::format("the command of the app's own tests {}", describe(tests.record));
  if (tests.report.total.passed == 0) return "the app's own tests tested nothing";
  if (tests.coverage_percent < minimum) {
    return fmt::format("the app's own tests cover {:.1f} % of its lines, {:.0f} % are demanded", tests.coverage_percent,
                       minimum);
  }
  for (const AttackResult& result : live.attacks.results) {
    if (result.verdict == AttackVerdict::failed) return fmt::format("an attack succeeded: {}", result.title);
  }
  std::vector<std::string> unmet;
  for (const AssertionState& state : assertion_states(delivery.brief, evidence, delivery.commit)) {
    if (!state.met) unmet.push_back(state.assertion);
  }
  if (!unmet.empty()) return fmt::format("without passing evidence: {}", fmt::join(unmet, ", "));
  return {};
}

// What the gate after a verification says. A failed gate ends the run; when the run is taken up again, everything is
// verified anew.
enum class Gate { passed, verify_again };
BOOST_DESCRIBE_ENUM(Gate, passed, verify_again)

Task<Gate> verify_once(Delivery& delivery, VerifyStage& stage) {
  OwnTests tests;
  LiveChecks live;
  std::vector<Task<void>> both;
  both.push_back(run_tests(delivery, delivery.run.branch("verify-tests"), stage, tests));
  both.push_back(run_live(delivery, delivery.run.branch("verify-live"), stage, live));
  auto running = delivery.run.all(std::move(both));
  co_await std::move(running);

  auto recording = delivery.run.store_step("evidence", [&delivery, &stage, &tests, &live](store::Transaction& tx) {
    for (const Evidence& row : stage.evidence(tests, live, tx.now())) add_evidence(tx, delivery.scope, row);
    add_artifact(tx, delivery.scope, "test-report", kMarkdown, test_report_markdown(tests, live, delivery.commit),
                 tx.now());
    if (!live.openapi.empty()) add_artifact(tx, delivery.scope, "openapi", kJson, live.openapi, tx.now());
  });
  co_await std::move(recording);

  auto deciding = delivery.run.step("gate", [&delivery, &stage, &tests, &live](const durable::StepInfo& step) {
    const std::string why = shortfall(delivery, tests, live, stage.evidence(tests, live, Timestamp{}));
    if (why.empty()) return Gate::passed;
    if (step.attempt > 1) return Gate::verify_again;
    throw Error(ErrorCode::unmet, why,
                fmt::format("`tenon evidence {}` shows every assertion with what was found.", delivery.slug));
  });
  co_return co_await std::move(deciding);
}

Task<void> verify(Delivery& delivery) {
  auto entering = enter(delivery, Stage::TEST);
  co_await std::move(entering);
  VerifyStage stage(delivery.services, delivery.brief, delivery.slug, delivery.scope.run, delivery.commit);
  for (Gate gate = Gate::verify_again; gate != Gate::passed;) {
    auto verifying = verify_once(delivery, stage);
    gate = co_await std::move(verifying);
  }
}

Task<void> review(Delivery& delivery) {
  auto entering = enter(delivery, Stage::REVIEW);
  co_await std::move(entering);
  auto reviewing = delivery.run.step("review", [&delivery] {
    return review_commit(delivery.services.workplace.git_directory(delivery.slug), delivery.plan, delivery.scope.run,
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

// The last word: what is released has passing evidence for every assertion, as the store knows it.
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

Task<DeliveryResult> deliver(Services& services, durable::Context run, DeliveryInput input) {
  Delivery delivery{.services = services,
                    .input = std::move(input),
                    .run = run,
                    .scope = {.tenant = run.tenant_id(), .project = {}, .run = run.run_id()}};
  auto opening = open(delivery);
  co_await std::move(opening);
  auto planning = plan(delivery);
  co_await std::move(planning);
  auto designing = design(delivery);
  co_await std::move(designing);
  auto building = build(delivery);
  co_await std::move(building);
  auto verifying = verify(delivery);
  co_await std::move(verifying);
  auto reviewing = review(delivery);
  co_await std::move(reviewing);
  auto releasing = release(delivery);
  const Release released = co_await std::move(releasing);
  auto confirming = confirm(delivery);
  co_await std::move(confirming);
  co_return DeliveryResult{.project = delivery.scope.project,
                           .slug = delivery.slug,
                           .commit = delivery.commit,
                           .version = released.version,
                           .repository_path = delivery.input.repository_path};
}

}  // namespace

void define_deliveries(durable::Engine& engine, Services& services) {
  engine.define<DeliveryInput>(kDeliverWorkflow, 1, [&services](durable::Context& run, DeliveryInput input) {
    return deliver(services, run, std::move(input));
  });
}

void follow_run(events::Timeline& timeline, store::Transaction& tx, const durable::Change& change) {
  if (change.workflow != kDeliverWorkflow) return;
  const bool failed = change.kind == durable::ChangeKind::run_failed;
  const bool cancelled = change.kind == durable::ChangeKind::run_cancelled;
  const bool retried = change.kind == durable::ChangeKind::run_retried;
  if (change.kind == durable::ChangeKind::step_retrying || failed) {
    log::warning("step failed", {{"run", change.run_id.text},
                                 {"step", change.step},
                                 {"attempt", change.attempt},
                                 {"reason", change.error ? change.error->message : change.detail}});
  } else {
    log::info("run changed", {{"run", change.run_id.text},
                              {"change", to_json(change.kind)},
                              {"step", change.step},
                              {"attempt", change.attempt},
                              {"milliseconds", change.duration.count()}});
  }
  if (!failed && !cancelled && !retried) return;
  const auto row = stage_of(tx, change.tenant_id, change.run_id);
  if (!row) return;
  const Scope scope{.tenant = change.tenant_id,
                    .project = project_of_run(tx, change.tenant_id, change.run_id).value_or(ProjectId{}),
                    .run = change.run_id};
  if (retried) {
    Stage back = Stage::PLANNING;
    boost::describe::enum_from_string(row->failed_stage.c_str(), back);
    if (row->stage == Stage::FAILED) move_stage(tx, scope, back, tx.now());
    return;
  }
  const Stage to = failed ? Stage::FAILED : Stage::CANCELLED;
  if (row->stage == to || !may_move(row->stage, to)) return;
  move_stage(tx, scope, to, tx.now());
  timeline.append(tx, change.tenant_id, change.run_id,
                  DeliveryEnded{.stage = to, .reason = change.error ? change.error->message : ""});
}

void remove_scratch(const Workplace& workplace, const std::vector<RunId>& active) {
  for (const RunId& run : workplace.runs_with_scratch()) {
    if (std::ranges::find(active, run) == active.end()) fsops::remove_tree(workplace.run(run));
  }
}

agents::Brief brief_for(const DeliveryInput& input, const agents::Knowledge& knowledge, Timestamp created) {
  const agents::GoalReading reading = agents::read_goal(input.goal, knowledge);
  const agents::AnswerSheet sheet = agents::answer_sheet(json::value(input.answers), input.answers_source);
  const std::vector<agents::Answer> answers = agents::answer_all(reading, knowledge, sheet);
  return agents::make_brief(reading, answers, knowledge, created);
}

}  // namespace tenon::delivery
