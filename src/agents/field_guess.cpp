#include "agents/field_guess.h"

#include <algorithm>

#include <fmt/format.h>

#include "agents/checker.h"
#include "agents/field_values.h"
#include "agents/knowledge_checks.h"
#include "agents/names.h"
#include "core/error.h"

namespace tenon::agents {
namespace {

constexpr std::size_t kLongestName = 40;
constexpr std::int64_t kTextLength = 2000;
constexpr std::int64_t kStringLength = 120;

bool fits(std::string_view pattern, std::string_view name) {
  if (pattern.starts_with('*')) return name.ends_with(pattern.substr(1));
  if (pattern.ends_with('*')) return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == name;
}

const FieldGuess* rule_for(std::string_view name, const InterviewBook& book) {
  const auto rule_fits = [&](const FieldGuess& rule) {
    return std::ranges::any_of(rule.names, [&](const std::string& pattern) { return fits(pattern, name); });
  };
  const auto found = std::ranges::find_if(book.fields, rule_fits);
  return found == book.fields.end() ? nullptr : &*found;
}

const std::vector<json::value>& values_of(const std::string& key, const InterviewBook& book) {
  const auto found = book.samples.find(key);
  if (found == book.samples.end()) {
    throw Error(ErrorCode::invalid_argument, fmt::format("interview.yaml: samples: expected values for {}", key));
  }
  return found->second;
}

std::string type_name(FieldType type) { return boost::describe::enum_to_string(type, "string"); }

// The field that names a record: "title" or "name" when there is one, else the first short text.
std::string naming_field(const Entity& entity) {
  for (const std::string_view wanted : {"title", "name", "headline", "subject", "reference", "label"}) {
    const auto found = std::ranges::find(entity.fields, wanted, &Field::name);
    if (found != entity.fields.end() && found->type == FieldType::string) return found->name;
  }
  return "";
}

json::value title_value(const Entity& entity, std::size_t index, const InterviewBook& book) {
  const Thing& thing = thing_named(entity.name, book);
  if (thing.person) return values_of("person", book)[index % values_of("person", book).size()];
  if (!thing.titles.empty()) return json::string(thing.titles[index % thing.titles.size()]);
  const json::value& word = values_of("title", book)[index % values_of("title", book).size()];
  return json::string(fmt::format("{} {}", std::string_view(word.as_string()), lower(entity.title)));
}

}  // namespace

std::string safe_name(std::string_view words, std::string_view suffix, const InterviewBook& book) {
  std::string name = snake_case(words);
  if (name.size() > kLongestName) name.resize(kLongestName);
  while (name.ends_with('_')) name.pop_back();
  if (holds(book.reserved, name)) name += suffix;
  return name;
}

bool is_known_field(std::string_view phrase, const InterviewBook& book) {
  return rule_for(snake_case(phrase), book) != nullptr;
}

Field guessed_field(std::string_view phrase, const InterviewBook& book) {
  Field field;
  const std::string plain = snake_case(phrase);
  field.name = safe_name(phrase, "_value", book);
  field.label = sentence_case(plain);
  constexpr std::size_t kAcronym = 4;
  // "ISBN" stays what it is; "isbn" is written like one when the text wrote it in capitals.
  if (phrase.size() <= kAcronym && std::ranges::none_of(phrase, [](char c) { return c >= 'a' && c <= 'z'; })) {
    field.label = std::string(phrase);
  }
  const FieldGuess* rule = rule_for(plain, book);
  if (rule == nullptr) {
    field.max_length = kStringLength;
    return field;
  }
  field.type = rule->type;
  field.unique = rule->unique;
  field.search = rule->search;
  field.choices = rule->choices;
  field.max_length = rule->max_length;
  field.min = rule->min;
  if (field.type == FieldType::string && !field.max_length) field.max_length = kStringLength;
  if (field.type == FieldType::text && !field.max_length) field.max_length = kTextLength;
  if (field.type == FieldType::choice) field.preset = json::string(field.choices.front());
  return field;
}

const Thing& thing_named(std::string_view name, const InterviewBook& book) {
  const std::size_t last = name.find_last_of('_');
  const std::string_view word = last == std::string_view::npos ? name : name.substr(last + 1);
  for (const std::string_view wanted : {name, word, std::string_view("default")}) {
    const auto found =
        std::ranges::find_if(book.things, [&](const Thing& thing) { return holds(thing.names, wanted); });
    if (found != book.things.end()) return *found;
  }
  throw Error(ErrorCode::invalid_argument, "interview.yaml: things: expected one that is named default");
}

void complete_entity(Entity& entity, const InterviewBook& book) {
  if (entity.fields.empty()) {
    for (const std::string& phrase : thing_named(entity.name, book).fields) {
      entity.fields.push_back(guessed_field(phrase, book));
    }
  }
  entity.title_field = naming_field(entity);
  if (entity.title_field.empty()) {
    const auto unique_text = [](const Field& field) { return field.type == FieldType::string && field.unique; };
    const auto found = std::ranges::find_if(entity.fields, unique_text);
    if (found != entity.fields.end()) {
      entity.title_field = found->name;
    } else {
      entity.fields.insert(entity.fields.begin(), guessed_field("name", book));
      entity.title_field = entity.fields.front().name;
    }
  }
  Field& title = *std::ranges::find(entity.fields, entity.title_field, &Field::name);
  title.required = true;
  title.search = true;
  complete_names(entity, book.irregular_plurals);
  entity.plural = safe_name(entity.plural, "_list", book);
  entity.slug = kebab_case(entity.plural);
  if (holds(book.reserved_slugs, entity.slug)) entity.slug += "-list";
  if (entity.summary.empty()) entity.summary = fmt::format("All {} in one place", lower(entity.titles));
}

json::value believable_value(const Entity& entity, const Field& field, std::size_t index, const InterviewBook& book) {
  if (field.type == FieldType::reference) return static_cast<std::int64_t>(index % kSampleCount + 1);
  if (field.type == FieldType::choice) return json::string(field.choices[index % field.choices.size()]);
  const FieldGuess* rule = rule_for(field.name, book);
  const bool is_title = field.name == entity.title_field && (rule == nullptr || rule->samples.empty());
  json::value value = nullptr;
  if (is_title) {
    value = title_value(entity, index, book);
  } else if (rule != nullptr && rule->type == field.type && !rule->samples.empty()) {
    value = rule->samples[index % rule->samples.size()];
  } else if (field.type == FieldType::string && field.name == "name" && thing_named(entity.name, book).person) {
    value = title_value(entity, index, book);
  } else {
    const std::vector<json::value>& values = values_of(type_name(field.type), book);
    value = values[index % values.size()];
  }
  return problem_with_value(field, value, kSampleCount).empty() ? value : json::value(nullptr);
}

std::vector<json::object> believable_samples(const Entity& entity, const InterviewBook& book) {
  std::vector<json::object> samples;
  for (std::size_t index = 0; index < kSampleCount; ++index) {
    json::object sample;
    for (const Field& field : entity.fields) {
      json::value value = believable_value(entity, field, index, book);
      if (!value.is_null()) sample.emplace(field.name, std::move(value));
    }
    samples.push_back(std::move(sample));
  }
  return samples;
}

}  // namespace tenon::agents
