#include "agents/documents.h"
#include "delivery/toolchain.h"
#include "delivery/workflow.h"

namespace tenon::delivery {
namespace {

// The result of the step that opens a delivery.
struct Opened {
  ProjectId project;
  std::string slug;
  std::string repository_path;
  agents::Brief brief;
};
BOOST_DESCRIBE_STRUCT(Opened, (), (project, slug, repository_path, brief))

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

}  // namespace

Task<void> open(Delivery& delivery) {
  auto body = [&delivery](store::Transaction& tx) { return open_project(delivery, tx); };
  auto opening = delivery.run.store_step(kBriefStep, std::move(body));
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

}  // namespace tenon::delivery
