#include "agents/knowledge_checks.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <re2/re2.h>

#include "agents/field_values.h"
#include "agents/plan.h"
#include "agents/text_forms.h"
#include "core/error.h"

namespace tenon::agents {
namespace {

constexpr std::size_t kDomainQuestions = 2;

bool one_of(std::string_view value, std::initializer_list<std::string_view> list) {
  return std::ranges::find(list, value) != list.end();
}

bool holds(const std::vector<std::string>& list, std::string_view value) {
  return std::ranges::find(list, value) != list.end();
}

// One file; says where in it something is wrong.
class Checker {
 public:
  explicit Checker(std::string file) : file_(std::move(file)) {}

  void require(bool holds, const std::string& path, std::string_view expected, std::string_view got) const {
    if (holds) return;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: {}: expected {}, got \"{}\"", file_, path, expected, got));
  }

  // Names are given once each.
  template <class List, class Name>
  void unique(const List& list, const std::string& path, Name name) const {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < list.size(); ++i) {
      require(seen.insert(name(list[i])).second, fmt::format("{}[{}]", path, i), "a name that is not used yet",
              name(list[i]));
    }
  }

  const std::string& file() const { return file_; }

 private:
  std::string file_;
};

bool is_snake(std::string_view name) { return RE2::FullMatch(name, "[a-z][a-z0-9]*(_[a-z0-9]+)*"); }
bool is_kebab(std::string_view name) { return RE2::FullMatch(name, "[a-z][a-z0-9]*(-[a-z0-9]+)*"); }

const Entity* entity_of(const Domain& domain, std::string_view name) {
  const auto found = std::ranges::find(domain.entities, name, &Entity::name);
  return found == domain.entities.end() ? nullptr : &*found;
}

const Field* field_of(const Entity& entity, std::string_view name) {
  const auto found = std::ranges::find(entity.fields, name, &Field::name);
  return found == entity.fields.end() ? nullptr : &*found;
}

void check_condition(const Checker& check, const Condition& when, const std::string& path) {
  for (const std::string& access : when.access) {
    check.require(one_of(access, {kCatalog, kInbox, kPrivate, kInternal}), path + ".access",
                  "catalog, inbox, private or internal", access);
  }
  for (const std::string& kind : when.kind) {
    check.require(one_of(kind, {kWeb, kApi, kStatic}), path + ".kind", "web, api or static", kind);
  }
}

void check_step(const Checker& check, const json::object& step, const std::string& path) {
  static constexpr std::initializer_list<std::string_view> kMethods = {"get", "post", "patch", "delete", "submit"};
  static constexpr std::initializer_list<std::string_view> kOthers = {
      "as", "form", "form_at", "json", "status", "contains", "absent", "location", "headers", "save", "accessible"};
  int methods = 0;
  for (const auto& entry : step) {
    const std::string_view key(entry.key());
    methods += one_of(key, kMethods) ? 1 : 0;
    check.require(one_of(key, kMethods) || one_of(key, kOthers), path, "a known key of a step", key);
  }
  check.require(methods == 1, path, "exactly one of get, post, patch, delete and submit", fmt::format("{}", methods));
}

void check_assertion(const Checker& check, const AssertionTemplate& assertion, const std::string& path) {
  check.require(is_snake(assertion.kind), path + ".kind", "a snake_case name", assertion.kind);
  check.require(!assertion.text.empty(), path + ".text", "a sentence", "");
  check_condition(check, assertion.when, path + ".when");
  for (std::size_t i = 0; i < assertion.check.size(); ++i) {
    check_step(check, assertion.check[i], fmt::format("{}.check[{}]", path, i));
  }
}

void check_domain_assertions(const Checker& check, const Domain& domain, const std::vector<AssertionTemplate>& list,
                             const std::string& path) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = fmt::format("{}[{}]", path, i);
    check_assertion(check, list[i], at);
    check.require(list[i].entity.empty() || entity_of(domain, list[i].entity) != nullptr, at + ".entity",
                  "the name of an entity", list[i].entity);
  }
}

void check_field(const Checker& check, const Domain& domain, const Field& field, const std::string& path,
                 const InterviewBook& book) {
  check.require(is_snake(field.name), path + ".name", "a snake_case name", field.name);
  check.require(!holds(book.reserved, field.name), path + ".name", "a name that is not reserved", field.name);
  check.require((field.type == FieldType::choice) == !field.choices.empty(), path + ".choices",
                "choices exactly when the type is choice", fmt::format("{} choices", field.choices.size()));
  check.require((field.type == FieldType::reference) == !field.target.empty(), path + ".target",
                "a target exactly when the type is reference", field.target);
  check.require(field.target.empty() || entity_of(domain, field.target) != nullptr, path + ".target",
                "the name of an entity", field.target);
  check.require(!(field.min || field.max) || is_number(field.type), path, "min and max only for numbers", field.name);
  const bool text = field.type == FieldType::string || field.type == FieldType::text;
  check.require(!field.max_length || text, path + ".max_length", "a length only for string and text", field.name);
  check.require(!field.search || text, path + ".search", "search only for string and text", field.name);
  check.require(!field.future || field.type == FieldType::date || field.type == FieldType::datetime, path + ".future",
                "future only for date and datetime", field.name);
  for (const auto& [name, value] :
       {std::pair<std::string_view, const json::value&>{"default", field.preset}, {"example", field.example}}) {
    if (value.is_null()) continue;
    const std::string problem = problem_with_value(field, value, 1);
    check.require(problem.empty(), fmt::format("{}.{}", path, name),
                  problem.substr(std::min<std::size_t>(9, problem.size())), form_text(value));
  }
}

void check_sample(const Checker& check, const Domain& domain, const Entity& entity, const json::object& sample,
                  const std::string& path) {
  for (const auto& entry : sample) {
    const Field* field = field_of(entity, std::string_view(entry.key()));
    const std::string at = path + "." + std::string(entry.key());
    check.require(field != nullptr, at, "a field of " + entity.name, std::string_view(entry.key()));
    const Entity* target = entity_of(domain, field->target);
    const std::string problem =
        problem_with_value(*field, entry.value(), target == nullptr ? 0 : target->samples.size());
    check.require(problem.empty(), at, problem.substr(std::min<std::size_t>(9, problem.size())),
                  form_text(entry.value()));
  }
  for (const Field& field : entity.fields) {
    const bool filled = sample.contains(field.name) || !field.preset.is_null() || field.type == FieldType::boolean;
    check.require(!field.required || filled, path, "a value for the required field " + field.name, "nothing");
  }
}

void check_samples(const Checker& check, const Domain& domain, const Entity& entity, const std::string& path) {
  for (std::size_t i = 0; i < entity.samples.size(); ++i) {
    check_sample(check, domain, entity, entity.samples[i], fmt::format("{}.samples[{}]", path, i));
  }
  for (const Field& field : entity.fields) {
    if (!field.unique) continue;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < entity.samples.size(); ++i) {
      const json::value* value = entity.samples[i].if_contains(field.name);
      if (value == nullptr) continue;
      check.require(seen.insert(form_text(*value)).second, fmt::format("{}.samples[{}].{}", path, i, field.name),
                    "a value that no other sample has", form_text(*value));
    }
  }
}

void check_rules(const Checker& check, const Domain& domain, const Entity& entity, const std::string& path) {
  const auto field = [&](const std::string& name, const std::string& at) -> const Field& {
    const Field* found = field_of(entity, name);
    check.require(found != nullptr, at, "a field of " + entity.name, name);
    return *found;
  };
  const auto number = [&](const Field& found, const std::string& at) {
    check.require(is_number(found.type), at, "a field with a number", found.name);
  };
  for (const auto& group : entity.rules.unique_together) {
    for (const std::string& name : group) field(name, path + ".unique_together");
  }
  if (const auto& capacity = entity.rules.capacity) {
    number(field(capacity->sum, path + ".capacity.sum"), path + ".capacity.sum");
    for (const std::string& name : capacity->per) field(name, path + ".capacity.per");
    check.require(capacity->max > 0, path + ".capacity.max", "more than 0", fmt::format("{}", capacity->max));
  }
  if (const auto& adjust = entity.rules.adjust) {
    number(field(adjust->by, path + ".adjust.by"), path + ".adjust.by");
    const auto to_target = [&](const Field& candidate) { return candidate.target == adjust->target; };
    check.require(std::ranges::any_of(entity.fields, to_target), path + ".adjust.target",
                  "an entity that a field refers to", adjust->target);
    const Entity* target = entity_of(domain, adjust->target);
    const Field* changed = target == nullptr ? nullptr : field_of(*target, adjust->field);
    check.require(changed != nullptr && is_number(changed->type), path + ".adjust.field",
                  "a field with a number of " + adjust->target, adjust->field);
  }
  if (const auto& alert = entity.rules.alert) {
    number(field(alert->field, path + ".alert.field"), path + ".alert.field");
    number(field(alert->at_most, path + ".alert.at_most"), path + ".alert.at_most");
  }
}

void check_entity(const Checker& check, const Domain& domain, const Entity& entity, const std::string& path,
                  const InterviewBook& book) {
  check.require(is_snake(entity.name), path + ".name", "a snake_case name", entity.name);
  check.require(!holds(book.reserved, entity.name) && !holds(book.reserved, entity.plural), path + ".name",
                "a name that is not reserved", entity.name);
  check.require(is_snake(entity.plural), path + ".plural", "a snake_case name", entity.plural);
  check.require(is_kebab(entity.slug) && !holds(book.reserved_slugs, entity.slug), path + ".slug",
                "a kebab-case name that no stack uses itself", entity.slug);
  check.require(one_of(entity.access, {kCatalog, kInbox, kPrivate, kInternal}), path + ".access",
                "catalog, inbox, private or internal", entity.access);
  const bool feature_known =
      std::ranges::find(domain.features, entity.feature, &Feature::name) != domain.features.end();
  check.require(entity.feature.empty() || feature_known, path + ".feature", "the name of a feature", entity.feature);
  check.require(!entity.fields.empty(), path + ".fields", "at least one field", "none");
  check.unique(entity.fields, path + ".fields", [](const Field& field) { return field.name; });
  for (std::size_t i = 0; i < entity.fields.size(); ++i) {
    check_field(check, domain, entity.fields[i], fmt::format("{}.fields[{}]", path, i), book);
  }
  check.require(field_of(entity, entity.title_field) != nullptr, path + ".title_field", "the name of a field",
                entity.title_field);
  check_samples(check, domain, entity, path);
  check_rules(check, domain, entity, path + ".rules");
}

void check_question(const Checker& check, const QuestionTemplate& question, const std::string& path) {
  check.require(is_snake(question.name), path + ".name", "a snake_case name", question.name);
  check.require(question.round == 1 || question.round == 2, path + ".round", "1 or 2",
                fmt::format("{}", question.round));
  check.require(!question.text.empty(), path + ".text", "a question", "");
  check.require(
      question.choices_from.empty() || one_of(question.choices_from, {"features", "stacks", "looks", "locales"}),
      path + ".choices_from", "features, stacks, looks or locales", question.choices_from);
  const bool chosen = question.type != AnswerKind::words;
  check.require(!chosen || !question.choices.empty() || !question.choices_from.empty(), path + ".choices",
                "choices, or choices_from", "neither");
  check_condition(check, question.when, path + ".when");
  check.unique(question.choices, path + ".choices", [](const Choice& choice) { return choice.value; });
  for (const std::string& value : question.suggest) {
    const bool known = std::ranges::find(question.choices, value, &Choice::value) != question.choices.end();
    check.require(!chosen || !question.choices_from.empty() || known, path + ".suggest", "one of the choices", value);
  }
}

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
      for (const std::string& left : task.paths) {
        for (const std::string& right : other.paths) {
          check.require(!globs_overlap(left, right), "tasks." + task.id + ".paths",
                        fmt::format("paths that task {}, which may run at the same time, does not touch", other.id),
                        left);
        }
      }
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

void check_domain(const Domain& domain, const Knowledge& knowledge, const std::string& file) {
  const Checker check(file);
  check.require(is_kebab(domain.name), "name", "a kebab-case name", domain.name);
  check.require(!domain.texts.name.empty(), "texts.name", "a name", "");
  check.require(!domain.texts.tagline.empty(), "texts.tagline", "a tagline", "");
  check.require(!domain.kinds.empty(), "kinds", "at least one kind", "none");
  for (const std::string& kind : domain.kinds) {
    check.require(one_of(kind, {kWeb, kApi, kStatic}), "kinds", "web, api or static", kind);
  }
  const auto stack = knowledge.stacks.find(domain.stack);
  check.require(stack != knowledge.stacks.end(), "stack", "the name of a stack", domain.stack);
  check.require(holds(domain.kinds, stack->second.kind), "stack", "a stack of one of the kinds", domain.stack);

  check.unique(domain.roles, "roles", [](const Role& role) { return role.name; });
  for (const Role& role : domain.roles) {
    check.require(is_snake(role.name) && role.name != "admin" && role.name != "member", "roles",
                  "a snake_case name other than admin and member", role.name);
    for (const std::string& managed : role.manages) {
      check.require(entity_of(domain, managed) != nullptr, "roles." + role.name + ".manages", "the name of an entity",
                    managed);
    }
  }
  check.unique(domain.entities, "entities", [](const Entity& entity) { return entity.name; });
  check.unique(domain.entities, "entities", [](const Entity& entity) { return entity.slug; });
  for (std::size_t i = 0; i < domain.entities.size(); ++i) {
    check_entity(check, domain, domain.entities[i], fmt::format("entities[{}]", i), knowledge.interview);
  }
  const std::string& action = domain.texts.call_to_action_entity;
  check.require(action.empty() || entity_of(domain, action) != nullptr, "texts.call_to_action_entity",
                "the name of an entity", action);

  check.unique(domain.features, "features", [](const Feature& feature) { return feature.name; });
  for (std::size_t i = 0; i < domain.features.size(); ++i) {
    const std::string path = fmt::format("features[{}]", i);
    check.require(is_snake(domain.features[i].name), path + ".name", "a snake_case name", domain.features[i].name);
    check.require(!domain.features[i].requirement.empty(), path + ".requirement", "a sentence", "");
    check_domain_assertions(check, domain, domain.features[i].assertions, path + ".assertions");
  }
  check_domain_assertions(check, domain, domain.assertions, "assertions");
  check.require(domain.questions.size() <= kDomainQuestions, "questions", "at most two questions",
                fmt::format("{}", domain.questions.size()));
  for (std::size_t i = 0; i < domain.questions.size(); ++i) {
    check_question(check, domain.questions[i], fmt::format("questions[{}]", i));
  }
}

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
