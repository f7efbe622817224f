#include "agents/check_hints.h"

#include <algorithm>

#include <fmt/format.h>

#include "agents/labels.h"
#include "agents/text_forms.h"

namespace tenon::agents {
namespace {

constexpr std::size_t kSampleTitles = 9;

}  // namespace

void put_check_hints(json::object& model, const Entity& entity, const EntityScope& scope) {
  const Field& title = *field_of(entity, entity.title_field);
  constexpr std::int64_t kRoom = 24;  // "Altered " and a token of up to ten characters
  model["title_takes_text"] = title.type == FieldType::string && title.max_length.value_or(kRoom) >= kRoom;
  model["title_is_search_field"] = title.search;
  model["title_is_searched"] = title.search && !entity.samples.empty();
  for (std::size_t i = 0; i < kSampleTitles; ++i) {
    const bool there = i < entity.samples.size();
    const std::string text = there ? sample_title(entity, entity.samples[i], scope) : "";
    const std::string literal = quoted_literal(text);
    model[fmt::format("has_sample{}", i + 1)] = there && !text.empty();
    model[fmt::format("sample{}_title", i + 1)] = text;
    model[fmt::format("sample{}_title_json", i + 1)] = literal.substr(1, literal.size() - 2);
  }
  const auto must_be_filled = [](const Field& field) {
    return field.required && field.preset.is_null() && field.type != FieldType::boolean;
  };
  const auto required = std::ranges::find_if(entity.fields, must_be_filled);
  const bool has_required = required != entity.fields.end();
  model["has_required_field"] = has_required;
  model["required_field"] = has_required ? field_name(*required) : "";
  model["required_label_lower"] = has_required ? lowered(label_of(required->label, scope), scope) : "";
  const auto unique = std::ranges::find_if(entity.fields, &Field::unique);
  model["has_unique_field"] = unique != entity.fields.end();
  model["unique_label_lower"] = unique == entity.fields.end() ? "" : lowered(label_of(unique->label, scope), scope);
  const auto filtered = [&](const Field& field) {
    return field.type == FieldType::choice && !entity.samples.empty() && entity.samples.front().contains(field.name);
  };
  const auto filter = std::ranges::find_if(entity.fields, filtered);
  const bool has_filter = filter != entity.fields.end() && !sample_title(entity, entity.samples.front(), scope).empty();
  model["has_filter_value"] = has_filter;
  model["filter_field"] = has_filter ? filter->name : "";
  model["filter_label_lower"] = has_filter ? lowered(label_of(filter->label, scope), scope) : "";
  model["filter_value"] = has_filter ? form_text(entity.samples.front().at(filter->name)) : "";
}

}  // namespace tenon::agents
