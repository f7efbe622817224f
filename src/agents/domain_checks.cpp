#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "agents/checker.h"
#include "agents/field_values.h"
#include "agents/knowledge_checks.h"
#include "agents/labels.h"
#include "agents/text_forms.h"

namespace tenon::agents {
namespace {

constexpr std::size_t kDomainQuestions = 2;

const Entity* entity_of(const Domain& domain, std::string_view name) {
  const auto found = std::ranges::find(domain.entities, name, &Entity::name);
  return found == domain.entities.end() ? nullptr : &*found;
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

}  // namespace tenon::agents
