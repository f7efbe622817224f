#include "agents/entity_model.h"

#include <algorithm>

#include <fmt/format.h>

#include "agents/check_hints.h"
#include "agents/field_values.h"
#include "agents/labels.h"
#include "agents/names.h"
#include "agents/sample_model.h"
#include "agents/text_forms.h"
#include "core/json.h"

namespace tenon::agents {
namespace {

constexpr std::size_t kListFields = 5;

void put_target(json::object& model, const Field& field, const EntityScope& scope) {
  const Entity* target = field.target.empty() ? nullptr : entity_named(scope.brief, field.target);
  model["target"] = field.target;
  model["relation"] = field.name;
  model["target_class"] = target == nullptr ? "" : pascal_case(target->name);
  model["target_plural"] = target == nullptr ? "" : target->plural;
  model["target_slug"] = target == nullptr ? "" : target->slug;
  model["target_title_field"] = target == nullptr ? "" : target->title_field;
  model["target_title"] = target == nullptr ? "" : label_of(target->title, scope);
  model["target_titles"] = target == nullptr ? "" : label_of(target->titles, scope);
  model["target_access"] = target == nullptr ? "" : target->access;
  model["target_is_catalog"] = target != nullptr && target->access == kCatalog;
}

void put_value(json::object& model, const std::string& prefix, const json::value& value) {
  model[prefix + "_json"] = json_literal(value);
  model[prefix + "_py"] = python_literal(value);
  model[prefix + "_form"] = form_text(value);
}

json::object field_model(const Entity& entity, const Field& field, const EntityScope& scope) {
  json::object model;
  model["field"] = field_name(field);
  model["label"] = label_of(field.label, scope);
  model["label_lower"] = lowered(label_of(field.label, scope), scope);
  const std::string type = boost::describe::enum_to_string(field.type, "string");
  model["type"] = type;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<FieldType>>(
      [&](auto enumerator) { model["is_" + std::string(enumerator.name)] = enumerator.value == field.type; });
  const auto entries = scope.stack.types.find(type);
  if (entries != scope.stack.types.end()) {
    for (const auto& [key, value] : entries->second) model[key] = value;
  }
  model["required"] = field.required;
  model["optional"] = !field.required;
  model["unique"] = field.unique;
  model["has_max_length"] = field.max_length.has_value();
  model["max_length"] = field.max_length ? json::value(*field.max_length) : json::value("");
  model["has_min"] = field.min.has_value();
  model["min"] = field.min ? number_text(*field.min) : "";
  model["has_max"] = field.max.has_value();
  model["max"] = field.max ? number_text(*field.max) : "";
  json::array choices;
  for (const std::string& choice : field.choices) {
    choices.push_back(json::object{{"choice", choice}, {"choice_label", label_of(choice, scope)}});
  }
  model["choices"] = choices;
  put_target(model, field, scope);
  const json::value preset =
      field.preset.is_null() ? field.preset : stored_value(field, field.preset, scope.brief.created);
  model["has_default"] = !preset.is_null();
  put_value(model, "default", preset);
  model["has_help"] = !field.help.empty();
  model["help"] = field.help;
  model["searchable"] = field.search;
  model["future"] = field.future;
  model["is_title"] = field.name == entity.title_field;
  model["is_number"] = is_number(field.type);
  const bool words = field.type == FieldType::string || field.type == FieldType::text;
  model["is_text_like"] =
      words || field.type == FieldType::email || field.type == FieldType::phone || field.type == FieldType::url;
  model["is_long"] = field.type == FieldType::text;
  const json::value example = example_value(field, Variant::first, scope.brief.created);
  put_value(model, "example", example);
  const std::string invalid = invalid_value(field);
  model["invalid_form"] = invalid;
  model["has_invalid"] = !invalid.empty();
  return model;
}

bool is_short(const Field& field) { return field.type != FieldType::text && field.type != FieldType::url; }

// The title first, then required ones, at most five, in the order of the form.
std::vector<const Field*> list_fields(const Entity& entity) {
  std::vector<const Field*> chosen;
  for (const Field& field : entity.fields) {
    if (field.name == entity.title_field) chosen.push_back(&field);
  }
  for (const bool required : {true, false}) {
    for (const Field& field : entity.fields) {
      const bool taken = std::ranges::find(chosen, &field) != chosen.end();
      if (!taken && field.required == required && is_short(field) && chosen.size() < kListFields)
        chosen.push_back(&field);
    }
  }
  std::ranges::sort(chosen.begin() + 1, chosen.end());
  return chosen;
}

// A record that no sample of this entity refers to through the field, so that unique groups and capacities are free.
std::int64_t free_reference(const Entity& entity, const Field& field, const EntityScope& scope, Variant variant) {
  const Entity* target = entity_named(scope.brief, field.target);
  const auto count = static_cast<std::int64_t>(target == nullptr ? 0 : target->samples.size());
  std::vector<std::int64_t> free;
  for (std::int64_t index = 1; index <= count; ++index) {
    const auto taken = [&](const json::object& sample) {
      const json::value* value = sample.if_contains(field.name);
      return value != nullptr && value->is_int64() && value->get_int64() == index;
    };
    if (std::ranges::none_of(entity.samples, taken)) free.push_back(index);
  }
  for (std::int64_t index = 1; index <= count; ++index) {
    if (std::ranges::find(free, index) == free.end()) free.push_back(index);
  }
  if (free.empty()) return 1;
  return variant == Variant::first ? free.front() : free[std::min<std::size_t>(1, free.size() - 1)];
}

json::array valid_model(const Entity& entity, const EntityScope& scope, Variant variant) {
  json::array valid;
  for (const Field& field : entity.fields) {
    const bool reference = field.type == FieldType::reference;
    const json::value value = reference ? json::value(free_reference(entity, field, scope, variant))
                                        : example_value(field, variant, scope.brief.created);
    json::object model{{"value_field", field_name(field)}};
    put_value(model, "value", value);
    model["value_is_reference"] = reference;
    model["value_relation"] = field.name;
    valid.push_back(model);
  }
  return valid;
}

void put_rules(json::object& model, const Entity& entity, const EntityScope& scope) {
  const auto name_of = [&](const std::string& name) { return field_name(*field_of(entity, name)); };
  json::array groups;
  for (const auto& group : entity.rules.unique_together) {
    json::array fields;
    std::vector<std::string> labels;
    for (const std::string& name : group) {
      fields.push_back(json::object{{"group_field", name_of(name)}});
      labels.push_back(lowered(label_of(field_of(entity, name)->label, scope), scope));
    }
    groups.push_back(json::object{{"group_fields", fields}, {"group_label", listed(labels)}});
  }
  model["unique_groups"] = groups;
  const auto& capacity = entity.rules.capacity;
  json::array capacity_fields;
  if (capacity) {
    for (const std::string& name : capacity->per)
      capacity_fields.push_back(json::object{{"capacity_field", name_of(name)}});
  }
  model["has_capacity"] = capacity.has_value();
  model["capacity_sum"] = capacity ? name_of(capacity->sum) : "";
  model["capacity_max"] = capacity ? json::value(capacity->max) : json::value("");
  model["capacity_fields"] = capacity_fields;
  const auto& adjust = entity.rules.adjust;
  model["has_adjust"] = adjust.has_value();
  model["adjust_entity"] = adjust ? adjust->target : "";
  model["adjust_class"] = adjust ? pascal_case(adjust->target) : "";
  const auto to_target = [&](const Field& field) { return adjust && field.target == adjust->target; };
  const auto reference = std::ranges::find_if(entity.fields, to_target);
  model["adjust_reference"] = reference == entity.fields.end() ? "" : field_name(*reference);
  model["adjust_relation"] = reference == entity.fields.end() ? "" : reference->name;
  model["adjust_field"] = adjust ? adjust->field : "";
  model["adjust_by"] = adjust ? adjust->by : "";
  const auto& alert = entity.rules.alert;
  const auto alert_label = [&](const std::string& name) {
    return lowered(label_of(field_of(entity, name)->label, scope), scope);
  };
  model["has_alert"] = alert.has_value();
  model["alert_name"] = alert ? alert->name : "";
  model["alert_title"] = alert ? label_of(alert->title, scope) : "";
  model["alert_title_lower"] = alert ? lowered(label_of(alert->title, scope), scope) : "";
  model["alert_field"] = alert ? alert->field : "";
  model["alert_at_most"] = alert ? alert->at_most : "";
  model["alert_field_label_lower"] = alert ? alert_label(alert->field) : "";
  model["alert_at_most_label_lower"] = alert ? alert_label(alert->at_most) : "";
  const bool unique = std::ranges::any_of(entity.fields, &Field::unique);
  model["has_rules"] = unique || !groups.empty() || capacity || adjust;
}

void put_managers(json::object& model, const Entity& entity, const EntityScope& scope) {
  json::array managers;
  std::string actor = "admin";
  for (const Role& role : scope.brief.roles) {
    if (std::ranges::find(role.manages, entity.name) == role.manages.end()) continue;
    if (managers.empty()) actor = role.name;
    managers.push_back(json::object{{"manager_role", role.name}, {"manager_title", role.title}});
  }
  model["managers"] = managers;
  model["manager_actor"] = actor;
}

void put_relations(json::object& model, const Entity& entity, const EntityScope& scope) {
  json::array children;
  for (const Entity& child : scope.brief.entities) {
    for (const Field& field : child.fields) {
      if (field.type != FieldType::reference || field.target != entity.name) continue;
      children.push_back(json::object{{"child_entity", child.name},
                                      {"child_plural", child.plural},
                                      {"child_class", pascal_case(child.name)},
                                      {"child_slug", child.slug},
                                      {"child_field", field_name(field)},
                                      {"child_relation", field.name},
                                      {"child_access", child.access},
                                      {"child_is_catalog", child.access == kCatalog},
                                      {"child_titles", label_of(child.titles, scope)}});
    }
  }
  model["referenced_by"] = children;
}

void put_fields(json::object& model, const Entity& entity, const EntityScope& scope) {
  json::array fields;
  json::array lists;
  json::array filters;
  json::array search;
  json::array references;
  json::array unique;
  json::array required;
  json::array presets;
  json::array choices;
  for (const Field& field : entity.fields) {
    json::object one = field_model(entity, field, scope);
    const bool filter =
        field.type == FieldType::choice || field.type == FieldType::boolean || field.type == FieldType::reference;
    if (filter) filters.push_back(one);
    if (field.search) search.push_back(one);
    if (field.type == FieldType::reference) references.push_back(one);
    if (field.unique) unique.push_back(one);
    if (field.required) required.push_back(one);
    if (!field.preset.is_null()) presets.push_back(one);
    if (field.type == FieldType::choice) choices.push_back(one);
    fields.push_back(std::move(one));
  }
  for (const Field* field : list_fields(entity)) lists.push_back(field_model(entity, *field, scope));
  model["form_fields"] = fields;
  model["fields"] = std::move(fields);
  model["list_fields"] = std::move(lists);
  model["filter_fields"] = std::move(filters);
  model["search_fields"] = std::move(search);
  model["references"] = std::move(references);
  model["unique_fields"] = std::move(unique);
  model["required_fields"] = std::move(required);
  model["default_fields"] = std::move(presets);
  model["choice_fields"] = std::move(choices);
}

}  // namespace

std::string field_name(const Field& field) {
  return field.type == FieldType::reference ? field.name + "_id" : field.name;
}

const Entity* entity_named(const Brief& brief, std::string_view name) {
  const auto found = std::ranges::find(brief.entities, name, &Entity::name);
  return found == brief.entities.end() ? nullptr : &*found;
}

json::object entity_model(const Entity& entity, const EntityScope& scope) {
  json::object model;
  model["entity"] = entity.name;
  model["plural"] = entity.plural;
  model["class_name"] = pascal_case(entity.name);
  model["slug"] = entity.slug;
  model["title"] = label_of(entity.title, scope);
  model["titles"] = label_of(entity.titles, scope);
  model["title_lower"] = lowered(label_of(entity.title, scope), scope);
  model["titles_lower"] = lowered(label_of(entity.titles, scope), scope);
  model["summary"] = label_of(entity.summary, scope);
  model["has_summary"] = !entity.summary.empty();
  model["access"] = entity.access;
  model["is_catalog"] = entity.access == kCatalog;
  model["is_inbox"] = entity.access == kInbox;
  model["is_private"] = entity.access == kPrivate;
  model["is_internal"] = entity.access == kInternal;
  model["is_public"] = entity.access == kCatalog || entity.access == kInbox;
  model["is_editable"] = !entity.rules.adjust.has_value();
  model["is_gallery"] = entity.gallery;
  model["title_field"] = entity.title_field;  // of a reference: the name of its relation
  put_fields(model, entity, scope);
  put_relations(model, entity, scope);
  put_rules(model, entity, scope);
  put_managers(model, entity, scope);
  put_samples(model, entity, scope);
  put_check_hints(model, entity, scope);
  model["valid"] = valid_model(entity, scope, Variant::first);
  model["valid2"] = valid_model(entity, scope, Variant::second);
  return model;
}

}  // namespace tenon::agents
