#include "agents/knowledge_checks.h"

#include <algorithm>

#include <fmt/format.h>
#include <re2/re2.h>

#include "agents/checker.h"
#include "agents/plan.h"
#include "core/error.h"
#include "native/fsops/path_set.h"

namespace tenon::agents {
namespace {

bool depends(const Stack& stack, std::string_view task, std::string_view on, std::size_t depth = 0) {
  if (depth > stack.tasks.size()) return true;
  const auto found = std::ranges::find(stack.tasks, task, &TaskTemplate::id);
  return std::ranges::any_of(found->after,
                             [&](const std::string& id) { return id == on || depends(stack, id, on, depth + 1); });
}

void check_tasks(const Checker& check, const Stack& stack) {
  check.unique(stack.tasks, "tasks", [](const TaskTemplate& task) { return task.id; });
  for (std::size_t i = 0; i < stack.tasks.size(); ++i) {
    const TaskTemplate& task = stack.tasks[i];
    const std::string path = fmt::format("tasks[{}]", i);
    check.require(is_kebab(task.id), path + ".id", "a kebab-case name", task.id);
    check.require(
        one_of(task.type, {"feat", "fix", "docs", "test", "chore", "build", "ci", "style", "refactor", "perf"}),
        path + ".type", "a type of Conventional Commits", task.type);
    for (const std::string& id : task.after) {
      check.require(std::ranges::find(stack.tasks, id, &TaskTemplate::id) != stack.tasks.end(), path + ".after",
                    "the id of a task", id);
    }
    for (std::size_t k = 0; k < task.files.size(); ++k) {
      const TemplateFile& file = task.files[k];
      const std::string at = fmt::format("{}.files[{}]", path, k);
      check.require(stack.templates.contains(file.from), at + ".from",
                    "a file in templates/, or <stack>:<file> of another stack", file.from);
      check.require(!file.to.empty() && !file.to.starts_with('/') && !file.to.contains(".."), at + ".to",
                    "a path inside the project", file.to);
    }
  }
  for (const TaskTemplate& task : stack.tasks) {
    check.require(!depends(stack, task.id, task.id), "tasks." + task.id + ".after", "no circle", task.id);
    for (const TaskTemplate& other : stack.tasks) {
      if (task.id >= other.id || depends(stack, task.id, other.id) || depends(stack, other.id, task.id)) continue;
      check.require(disjoint(fsops::PathSet::parse(task.paths), fsops::PathSet::parse(other.paths)),
                    "tasks." + task.id + ".paths",
                    fmt::format("paths that task {}, which may run at the same time, does not touch", other.id),
                    task.id);
    }
  }
}

void check_stack(const Stack& stack) {
  const Checker check("stacks/" + stack.name + "/stack.yaml");
  check.require(one_of(stack.kind, {kWeb, kApi, kStatic}), "kind", "web, api or static", stack.kind);
  for (const std::string_view command : {"install_check", "test", "serve"}) {
    check.require(stack.commands.contains(std::string(command)), "commands", fmt::format("the command {}", command),
                  "none");
  }
  check.require(!stack.tasks.empty(), "tasks", "at least one task", "none");
  check_tasks(check, stack);
}

void check_look(const Look& look, const Knowledge& knowledge) {
  const Checker check("looks.yaml");
  for (const auto& [name, colour] : {std::pair<std::string, std::string>{"accent", look.accent},
                                     {"accent_dark", look.accent_dark},
                                     {"accent_text", look.accent_text},
                                     {"surface", look.surface}}) {
    check.require(RE2::FullMatch(colour, "#[0-9a-f]{6}"), look.name + "." + name, "a colour such as #a63d1f", colour);
  }
  check.require(one_of(look.font, {"serif", "sans", "humanist"}), look.name + ".font", "serif, sans or humanist",
                look.font);
  for (const std::string& domain : look.fits) {
    check.require(knowledge.domains.contains(domain), look.name + ".fits", "the name of a domain", domain);
  }
}

void check_interview(const Knowledge& knowledge) {
  const Checker check("interview.yaml");
  const InterviewBook& book = knowledge.interview;
  check.unique(book.questions, "questions", [](const QuestionTemplate& question) { return question.name; });
  for (std::size_t i = 0; i < book.questions.size(); ++i) {
    check_question(check, book.questions[i], fmt::format("questions[{}]", i));
  }
  check.unique(book.wishes, "wishes", [](const Wish& wish) { return wish.name; });
  for (const auto& [language, words] : book.wordings.languages) {
    check.require(knowledge.locales.contains(language), "wordings.languages", "a language in locales/", language);
  }
  for (const auto& [type, values] : book.samples) {
    check.require(!values.empty(), "samples." + type, "at least one value", "none");
  }
}

void check_assertion_book(const Knowledge& knowledge) {
  const Checker check("assertions.yaml");
  const AssertionBook& book = knowledge.assertions;
  for (std::size_t i = 0; i < book.entity.size(); ++i)
    check_assertion(check, book.entity[i], fmt::format("entity[{}]", i));
  for (std::size_t i = 0; i < book.app.size(); ++i) {
    check.require(!book.app[i].assertions.empty(), fmt::format("app[{}].assertions", i), "at least one assertion",
                  "none");
    for (std::size_t k = 0; k < book.app[i].assertions.size(); ++k) {
      check_assertion(check, book.app[i].assertions[k], fmt::format("app[{}].assertions[{}]", i, k));
    }
  }
}

}  // namespace

void check_knowledge(const Knowledge& knowledge) {
  const Checker all("golden-paths");
  all.require(knowledge.domains.contains(std::string(kFreeForm)), "domains", "the file free-form.yaml", "none");
  all.require(knowledge.locales.contains("en"), "locales", "the file en.yaml", "none");
  all.require(!knowledge.looks.empty(), "looks.yaml", "at least one look", "none");
  check_interview(knowledge);
  check_assertion_book(knowledge);
  for (const auto& [name, stack] : knowledge.stacks) check_stack(stack);
  for (const auto& [name, domain] : knowledge.domains) check_domain(domain, knowledge, "domains/" + name + ".yaml");
  for (const Look& look : knowledge.looks) check_look(look, knowledge);
}

}  // namespace tenon::agents
