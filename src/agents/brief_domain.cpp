#include "agents/brief_domain.h"

#include <algorithm>

#include <fmt/format.h>

#include "agents/checker.h"
#include "agents/field_guess.h"
#include "agents/field_values.h"
#include "agents/knowledge_checks.h"
#include "agents/names.h"
#include "agents/text_forms.h"

namespace tenon::agents {
namespace {

constexpr int kMostSamples = 24;

Entity* entity_of(Domain& domain, std::string_view name) {
  const auto found = std::ranges::find(domain.entities, name, &Entity::name);
  return found == domain.entities.end() ? nullptr : &*found;
}

// A value for a sample the goal's own field has none for; unique ones are made so.
json::value value_for(const Entity& entity, const Field& field, std::size_t index, const InterviewBook& book) {
  json::value value = believable_value(entity, field, index, book);
  if (field.unique && value.is_string() && index >= kSampleCount) {
    value = json::string(fmt::format("{}-{}", std::string_view(value.get_string()), index));
  }
  return value;
}

void add_named(Domain& domain, const GoalReading& reading, const InterviewBook& book) {
  for (const NamedEntity& named : reading.entities) {
    if (named.extends.empty()) {
      const auto slug_taken = [&](const Entity& other) { return other.slug == named.entity.slug; };
      Entity added = named.entity;
      if (entity_of(domain, added.name) != nullptr) continue;
      if (std::ranges::any_of(domain.entities, slug_taken)) added.slug += "-list";
      domain.entities.push_back(std::move(added));
      continue;
    }
    Entity* known = entity_of(domain, named.extends);
    for (const Field& field : named.entity.fields) {
      known->fields.push_back(field);
      for (std::size_t i = 0; i < known->samples.size(); ++i) {
        json::value value = value_for(*known, field, i, book);
        if (!value.is_null()) known->samples[i][field.name] = std::move(value);
      }
    }
  }
}

// The samples of the goal's number; more of them are made from the ones there are.
void set_count(Domain& domain, const NamedCount& wanted, AdaptedDomain& result) {
  Entity* entity = entity_of(domain, wanted.entity);
  if (entity == nullptr || entity->samples.empty() || wanted.count > kMostSamples) return;
  const auto count = static_cast<std::size_t>(wanted.count);
  const std::size_t before = entity->samples.size();
  for (std::size_t i = count; i < before; ++i) {
    result.lost_titles.insert(form_text(entity->samples[i][entity->title_field]));
  }
  entity->samples.resize(std::min(count, before));
  for (std::size_t i = before; i < count; ++i) {
    json::object copy = entity->samples[i % before];
    for (const Field& field : entity->fields) {
      const bool named = field.name == entity->title_field || field.unique;
      if (!named || !copy.contains(field.name) || !copy[field.name].is_string()) continue;
      copy[field.name] = json::string(fmt::format("{} {}", form_text(copy[field.name]), i + 1));
    }
    entity->samples.push_back(std::move(copy));
  }
  for (Entity& other : domain.entities) {
    for (const Field& field : other.fields) {
      if (field.target != entity->name) continue;
      for (json::object& sample : other.samples) {
        json::value* value = sample.if_contains(field.name);
        if (value == nullptr || !value->is_int64()) continue;
        *value = (value->get_int64() - 1) % static_cast<std::int64_t>(entity->samples.size()) + 1;
      }
    }
  }
}

std::set<std::string> features_on(const Domain& domain, const std::vector<Answer>& answers) {
  std::set<std::string> on;
  const auto decides = [](const Answer& answer) { return answer.question == "features"; };
  if (std::ranges::none_of(answers, decides)) {
    for (const Feature& feature : domain.features) {
      if (feature.preset) on.insert(feature.name);
    }
  }
  for (const Answer& answer : answers) {
    on.insert(answer.effect.features_on.begin(), answer.effect.features_on.end());
    for (const std::string& off : answer.effect.features_off) on.erase(off);
  }
  return on;
}

// An entity stays when its feature is on, or when one that stays cannot do without it.
void drop_entities(Domain& domain, const std::set<std::string>& on, std::string_view kind) {
  const bool is_static = kind == kStatic;
  std::set<std::string> kept;
  for (const Entity& entity : domain.entities) {
    const bool wanted = entity.feature.empty() || on.contains(entity.feature);
    if (wanted && (!is_static || entity.access == kCatalog)) kept.insert(entity.name);
  }
  for (bool grew = true; grew && !is_static;) {
    grew = false;
    for (const Entity& entity : domain.entities) {
      if (!kept.contains(entity.name)) continue;
      for (const Field& field : entity.fields) {
        if (field.type == FieldType::reference && field.required) grew = kept.insert(field.target).second || grew;
      }
    }
  }
  std::erase_if(domain.entities, [&](const Entity& entity) { return !kept.contains(entity.name); });
  for (Entity& entity : domain.entities) {
    std::set<std::string> lost;
    for (const Field& field : entity.fields) {
      if (field.type == FieldType::reference && !kept.contains(field.target)) lost.insert(field.name);
    }
    std::erase_if(entity.fields, [&](const Field& field) { return lost.contains(field.name); });
    for (json::object& sample : entity.samples) {
      for (const std::string& name : lost) sample.erase(name);
    }
    std::erase_if(entity.rules.unique_together, [&](const std::vector<std::string>& group) {
      return std::ranges::any_of(group, [&](const std::string& name) { return lost.contains(name); });
    });
  }
}

void change_access(Domain& domain, const std::vector<Answer>& answers, std::set<std::string>& changed) {
  std::map<std::string, std::string> access;
  for (const Answer& answer : answers) access.insert(answer.effect.access.begin(), answer.effect.access.end());
  for (Entity& entity : domain.entities) {
    const auto found = access.find(entity.access);
    if (found == access.end()) continue;
    entity.access = found->second;
    changed.insert(entity.name);
  }
}

void fit_roles(Domain& domain, std::string_view kind) {
  if (kind == kStatic) {
    domain.roles.clear();
    return;
  }
  if (!domain.roles.empty()) {
    for (const Entity& entity : domain.entities) {
      const auto manages = [&](const Role& role) { return holds(role.manages, entity.name); };
      if (std::ranges::none_of(domain.roles, manages)) domain.roles.front().manages.push_back(entity.name);
    }
  }
  for (Role& role : domain.roles) {
    std::erase_if(role.manages, [&](const std::string& name) { return entity_of(domain, name) == nullptr; });
  }
  std::erase_if(domain.roles, [](const Role& role) { return role.manages.empty(); });
}

// What is referred to stands before what refers to it; otherwise the order stays. A circle loses an optional link.
void order_entities(Domain& domain) {
  std::vector<Entity> ordered;
  std::set<std::string> placed;
  while (!domain.entities.empty()) {
    const auto is_ready = [&](const Entity& entity) {
      return std::ranges::all_of(entity.fields, [&](const Field& field) {
        return field.type != FieldType::reference || field.target == entity.name || placed.contains(field.target);
      });
    };
    auto next = std::ranges::find_if(domain.entities, is_ready);
    if (next == domain.entities.end()) {
      next = domain.entities.begin();
      std::erase_if(next->fields, [&](const Field& field) {
        return field.type == FieldType::reference && !placed.contains(field.target);
      });
      for (json::object& sample : next->samples) {
        std::vector<std::string> lost;
        for (const auto& entry : sample) {
          if (std::ranges::find(next->fields, std::string_view(entry.key()), &Field::name) == next->fields.end())
            lost.emplace_back(entry.key());
        }
        for (const std::string& name : lost) sample.erase(name);
      }
    }
    placed.insert(next->name);
    ordered.push_back(std::move(*next));
    domain.entities.erase(next);
  }
  domain.entities = std::move(ordered);
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); !from.empty() && at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

void fit_texts(Domain& domain, const std::string& title, std::string_view kind) {
  Texts& texts = domain.texts;
  if (title != texts.name) {
    for (std::string* text : {&texts.tagline, &texts.about, &texts.address}) replace_all(*text, texts.name, title);
    const std::string host = kebab_case(title);
    if (!texts.email.empty() && !host.empty())
      texts.email = texts.email.substr(0, texts.email.find('@')) + "@" + host + ".example";
    texts.name = title;
  }
  const Entity* target = entity_of(domain, texts.call_to_action_entity);
  const bool reachable =
      target != nullptr && (kind == kStatic ? target->access == kCatalog : target->access != kInternal);
  if (reachable) return;
  texts.call_to_action_entity.clear();
  const auto catalog = std::ranges::find(domain.entities, kCatalog, &Entity::access);
  if (catalog != domain.entities.end() && !texts.call_to_action.empty()) {
    texts.call_to_action = fmt::format("See {}", lower(catalog->titles));
    texts.call_to_action_entity = catalog->name;
  } else {
    texts.call_to_action.clear();
  }
}

std::string answered_title(const std::vector<Answer>& answers, const std::string& fallback) {
  const auto found = std::ranges::find(answers, "name", &Answer::question);
  return found == answers.end() || found->values.empty() ? fallback : found->values.front();
}

}  // namespace

bool feature_fits(const Feature& feature, const Domain& domain, std::string_view kind) {
  if (kind != kStatic) return true;
  const auto belongs = [&](const Entity& entity) { return entity.feature == feature.name; };
  if (std::ranges::none_of(domain.entities, belongs)) return true;
  return std::ranges::any_of(domain.entities,
                             [&](const Entity& entity) { return belongs(entity) && entity.access == kCatalog; });
}

std::string suggested_title(const GoalReading& reading, const Domain& domain) {
  if (!reading.business.empty()) return reading.business;
  if (domain.name != kFreeForm || reading.entities.empty()) return domain.texts.name;
  const auto is_inbox = [](const NamedEntity& named) { return named.entity.access == kInbox; };
  const bool fallback = std::ranges::any_of(reading.entities, is_inbox);  // nothing but the subject was named
  if (fallback && !reading.subject.empty()) return sentence_case(snake_case(reading.subject));
  std::vector<std::string> titles;
  for (const NamedEntity& named : reading.entities) {
    if (titles.size() < 2 && named.entity.access != kInbox)
      titles.push_back(titles.empty() ? named.entity.titles : lower(named.entity.titles));
  }
  return titles.empty() ? domain.texts.name : listed(titles);
}

AdaptedDomain adapt_domain(const GoalReading& reading, const std::vector<Answer>& answers, const Knowledge& knowledge,
                           std::string_view kind) {
  AdaptedDomain result;
  result.domain = domain_named(knowledge, reading.domain);
  Domain& domain = result.domain;
  add_named(domain, reading, knowledge.interview);
  result.features_on = features_on(domain, answers);
  for (const Feature& feature : domain.features) {
    if (feature_fits(feature, domain, kind)) continue;
    result.features_on.erase(feature.name);
    if (!holds(reading.features_wanted, feature.name)) continue;
    result.out_of_scope.push_back({.wish = feature.title,
                                   .answer = "A site without a server takes no entries; the page shows the contact "
                                             "details instead. A stack with a server can do it."});
  }
  for (const NamedCount& count : reading.counts) set_count(domain, count, result);
  if (kind == kStatic && domain.name == kFreeForm) {
    // What the goal itself names is there to be shown.
    for (Entity& entity : domain.entities) {
      if (entity.access == kInternal) entity.access = kCatalog;
    }
  }
  drop_entities(domain, result.features_on, kind);
  change_access(domain, answers, result.changed_access);
  order_entities(domain);
  fit_roles(domain, kind);
  fit_texts(domain, answered_title(answers, suggested_title(reading, domain)), kind);
  return result;
}

}  // namespace tenon::agents
