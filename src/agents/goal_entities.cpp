#include "agents/goal_entities.h"

#include <algorithm>

#include "agents/field_guess.h"
#include "agents/knowledge_checks.h"
#include "agents/names.h"

namespace tenon::agents {
namespace {

Field field_for(const NamedField& named, const InterviewBook& book) {
  Field field;
  if (named.entity.empty()) {
    field = guessed_field(named.phrase, book);
  } else {
    field.name = safe_name(named.phrase, "_value", book);
    field.label = sentence_case(snake_case(named.phrase));
    field.type = FieldType::reference;
    field.target = named.entity;
  }
  field.required = field.required || named.required;
  field.unique = field.unique || named.unique;
  return field;
}

void add_fields(Entity& entity, const NamedThing& thing, const InterviewBook& book) {
  for (const NamedField& named : thing.fields) {
    Field field = field_for(named, book);
    const bool known = std::ranges::find(entity.fields, field.name, &Field::name) != entity.fields.end();
    if (!known && !field.name.empty()) entity.fields.push_back(std::move(field));
  }
}

Entity entity_for(const NamedThing& thing, std::string_view access, const InterviewBook& book) {
  Entity entity;
  entity.name = thing.name;
  entity.title = sentence_case(snake_case(thing.text));
  entity.access = access;
  // One detail says what matters most, not that nothing else is known.
  const auto own = std::ranges::count_if(thing.fields, [](const NamedField& field) { return field.entity.empty(); });
  if (own < 2) {
    for (const std::string& phrase : thing_named(thing.name, book).fields)
      entity.fields.push_back(guessed_field(phrase, book));
  }
  add_fields(entity, thing, book);
  complete_entity(entity, book);
  return entity;
}

bool matches(const Entity& entity, const NamedThing& thing, const Irregular& irregular) {
  const std::string singular = singular_of(lower(entity.title), irregular);
  return entity.name == thing.name || snake_case(singular) == thing.name ||
         snake_case(singular_of(lower(entity.titles), irregular)) == thing.name ||
         snake_case(singular_of(entity.slug, irregular)) == thing.name;
}

bool is_known(const std::string& text, const std::vector<Words>& known, const Irregular& irregular) {
  const Words words = words_of(text, irregular);
  return std::ranges::any_of(known, [&](const Words& phrase) {
    return find_phrase(words, phrase).has_value() || find_phrase(phrase, words).has_value();
  });
}

// A required reference to nothing cannot be filled in.
void drop_lost_references(std::vector<NamedEntity>& entities, const Domain& domain) {
  for (NamedEntity& named : entities) {
    std::erase_if(named.entity.fields, [&](const Field& field) {
      if (field.type != FieldType::reference) return false;
      const auto is_target = [&](const NamedEntity& other) { return other.entity.name == field.target; };
      const auto in_domain = [&](const Entity& other) { return other.name == field.target; };
      return std::ranges::none_of(entities, is_target) && std::ranges::none_of(domain.entities, in_domain);
    });
  }
}

}  // namespace

bool names_entity_of(const Domain& domain, const NamedThing& thing, const Irregular& irregular) {
  return std::ranges::any_of(domain.entities, [&](const Entity& entity) { return matches(entity, thing, irregular); });
}

std::vector<NamedEntity> free_entities(const std::vector<NamedThing>& things, std::string_view access,
                                       const InterviewBook& book) {
  std::vector<NamedEntity> entities;
  for (const NamedThing& thing : things) {
    if (thing.naming == Naming::subject) continue;
    entities.push_back({.entity = entity_for(thing, access, book), .extends = {}});
  }
  if (entities.empty()) {
    for (const Entity& entity : book.fallback) entities.push_back({.entity = entity, .extends = {}});
    return entities;
  }
  drop_lost_references(entities, {});
  for (NamedEntity& named : entities) named.entity.samples = believable_samples(named.entity, book);
  return entities;
}

std::vector<NamedEntity> domain_entities(const std::vector<NamedThing>& things, const Domain& domain,
                                         const std::vector<Words>& known, const InterviewBook& book) {
  const Irregular& irregular = book.irregular_plurals;
  std::vector<NamedEntity> entities;
  for (const NamedThing& thing : things) {
    const auto own =
        std::ranges::find_if(domain.entities, [&](const Entity& entity) { return matches(entity, thing, irregular); });
    if (own != domain.entities.end()) {
      NamedThing news = thing;
      std::erase_if(news.fields, [&](const NamedField& field) {
        return is_known(field.phrase, known, irregular) ||
               names_entity_of(domain, {.name = snake_case(field.phrase), .text = field.phrase, .fields = {}},
                               irregular) ||
               !field.entity.empty();
      });
      Entity addition;
      addition.name = own->name;
      add_fields(addition, news, book);
      std::erase_if(addition.fields, [&](const Field& field) {
        return std::ranges::any_of(own->fields, [&](const Field& there) {
          return there.name == field.name || lower(there.label) == lower(field.label) ||
                 there.name.ends_with("_" + field.name);
        });
      });
      if (!addition.fields.empty()) entities.push_back({.entity = std::move(addition), .extends = own->name});
      continue;
    }
    const bool said_so = thing.naming == Naming::detailed || thing.naming == Naming::tracked;
    if (!said_so || is_known(thing.text, known, irregular)) continue;
    entities.push_back({.entity = entity_for(thing, kInternal, book), .extends = {}});
  }
  drop_lost_references(entities, domain);
  for (NamedEntity& named : entities) {
    if (named.extends.empty()) named.entity.samples = believable_samples(named.entity, book);
  }
  return entities;
}

}  // namespace tenon::agents
