#include "agents/sample_model.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "agents/field_values.h"
#include "agents/labels.h"
#include "agents/names.h"
#include "agents/text_forms.h"

namespace tenon::agents {
namespace {

constexpr std::size_t kHighlights = 6;
constexpr std::size_t kPictures = 12;
constexpr int kReferenceDepth = 3;

std::string readable(const Field& field, const json::value& value, const EntityScope& scope, int depth);

std::string title_at_depth(const Entity& entity, const json::object& sample, const EntityScope& scope, int depth) {
  const Field* title = field_of(entity, entity.title_field);
  const json::value* value = title == nullptr ? nullptr : sample.if_contains(title->name);
  return value == nullptr ? "" : readable(*title, *value, scope, depth);
}

std::string reference_title(const Field& field, const json::value& value, const EntityScope& scope, int depth) {
  const Entity* target = entity_named(scope.brief, field.target);
  const auto index = value.is_int64() ? static_cast<std::size_t>(value.get_int64()) : 0;
  if (target == nullptr || index == 0 || index > target->samples.size() || depth >= kReferenceDepth) return "";
  return title_at_depth(*target, target->samples[index - 1], scope, depth + 1);
}

std::string readable(const Field& field, const json::value& value, const EntityScope& scope, int depth) {
  const std::string language = scope.translated ? scope.locale.code : "en";
  const json::value stored = stored_value(field, value, scope.brief.created);
  switch (field.type) {
    case FieldType::reference:
      return reference_title(field, stored, scope, depth);
    case FieldType::boolean: {
      const std::string_view key = stored.is_bool() && stored.get_bool() ? "yes" : "no";
      const std::string word = scope.locale.ui(key);
      return word.empty() ? scope.english.ui(key) : word;
    }
    case FieldType::date:
      return scope.translated ? written_date(form_text(stored), language) : form_text(stored);
    case FieldType::datetime: {
      const std::string text = form_text(stored);
      if (!scope.translated || text.size() < 16) return text;
      return written_date(text.substr(0, 10), language) + ", " + text.substr(11, 5);
    }
    case FieldType::decimal:
    case FieldType::money:
      return scope.translated ? written_number(form_text(stored), language) : form_text(stored);
    case FieldType::choice:
      return scope.translated ? scope.locale.word(form_text(stored)) : form_text(stored);
    default:
      return form_text(stored);
  }
}

// What a page without a server shows of a sample besides its title.
void put_texts(json::object& model, const Entity& entity, const json::object& sample, const EntityScope& scope) {
  json::array prices;
  json::array texts;
  json::array facts;
  for (const Field& field : entity.fields) {
    const json::value* value = sample.if_contains(field.name);
    if (value == nullptr || field.name == entity.title_field) continue;
    const std::string text = readable(field, *value, scope, 0);
    if (text.empty()) continue;
    const std::string label = scope.translated ? scope.locale.word(field.label) : field.label;
    if (field.type == FieldType::money) {
      prices.push_back(json::object{{"price_label", label}, {"price", text}});
    } else if (field.type == FieldType::text) {
      texts.push_back(json::object{{"text_label", label}, {"text", text}});
    } else {
      facts.push_back(json::object{{"fact_label", label},
                                   {"fact", text},
                                   {"fact_is_url", field.type == FieldType::url},
                                   {"fact_is_email", field.type == FieldType::email},
                                   {"fact_is_phone", field.type == FieldType::phone}});
    }
  }
  model["prices"] = std::move(prices);
  model["texts"] = std::move(texts);
  model["facts"] = std::move(facts);
}

json::array values_of(const Entity& entity, const json::object& sample, const EntityScope& scope) {
  json::array values;
  for (const Field& field : entity.fields) {
    const json::value* given = sample.if_contains(field.name);
    json::value value = given != nullptr ? *given : field.preset;
    if (value.is_null() && field.type == FieldType::boolean) value = false;
    if (value.is_null()) continue;
    // "+3" stays relative, so that content begins to age when the app is started, not when it was made.
    const bool relative = field.type == FieldType::date && form_text(value).starts_with('+');
    if (!relative) value = stored_value(field, value, scope.brief.created);
    values.push_back(json::object{{"value_field", field_name(field)},
                                  {"value_json", json_literal(value)},
                                  {"value_py", python_literal(value)},
                                  {"value_form", form_text(value)},
                                  {"value_is_reference", field.type == FieldType::reference},
                                  {"value_relation", field.name}});
  }
  return values;
}

// Pictures take turns within the app.
std::size_t first_picture(const Entity& entity, const Brief& brief) {
  std::size_t before = 0;
  for (const Entity& other : brief.entities) {
    if (other.name == entity.name) break;
    if (other.access == kCatalog) before += other.samples.size();
  }
  return before;
}

}  // namespace

std::string sample_title(const Entity& entity, const json::object& sample, const EntityScope& scope) {
  return title_at_depth(entity, sample, scope, 0);
}

void put_samples(json::object& model, const Entity& entity, const EntityScope& scope) {
  json::array samples;
  const std::size_t picture = first_picture(entity, scope.brief);
  for (std::size_t i = 0; i < entity.samples.size(); ++i) {
    json::object one;
    one["sample_index"] = i + 1;
    one["sample_title"] = sample_title(entity, entity.samples[i], scope);
    one["sample_art"] = (picture + i) % kPictures + 1;
    one["values"] = values_of(entity, entity.samples[i], scope);
    put_texts(one, entity, entity.samples[i], scope);
    samples.push_back(std::move(one));
  }
  model["highlights"] = json::array(
      samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(std::min(kHighlights, samples.size())));
  model["has_more"] = samples.size() > kHighlights;
  model["samples"] = std::move(samples);
}

std::string written_date(std::string_view iso, std::string_view language) {
  static constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                               "May",       "June",     "July",     "August",
                                                               "September", "October",  "November", "December"};
  unsigned month = 0;
  unsigned day = 0;
  constexpr std::size_t kIsoLength = 10;
  if (iso.size() < kIsoLength) return std::string(iso);
  std::from_chars(iso.data() + 5, iso.data() + 7, month);
  std::from_chars(iso.data() + 8, iso.data() + kIsoLength, day);
  if (month < 1 || month > kMonths.size()) return std::string(iso);
  const std::string_view year = iso.substr(0, 4);
  if (language == "en") return fmt::format("{} {} {}", day, kMonths.at(month - 1), year);
  return fmt::format("{:02}{}{:02}{}{}", day, language == "de" ? "." : "/", month, language == "de" ? "." : "/", year);
}

std::string written_number(std::string number, std::string_view language) {
  if (language != "en") std::ranges::replace(number, '.', ',');
  return number;
}

}  // namespace tenon::agents
