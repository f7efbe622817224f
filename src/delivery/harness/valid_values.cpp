#include "delivery/harness/valid_values.h"

#include <set>

namespace tenon::delivery {
namespace {

using agents::FieldType;
using agents::Variant;

constexpr std::int64_t kTokenLength = 10;

const agents::Entity* entity_named(const agents::Brief& brief, std::string_view name) {
  const auto found = std::ranges::find(brief.entities, name, &agents::Entity::name);
  return found == brief.entities.end() ? nullptr : &*found;
}

// A value of its own for each check; null where the type has too few values.
json::value fresh_value(const agents::Field& field, Variant variant) {
  const bool first = variant == Variant::first;
  switch (field.type) {
    case FieldType::string:
    case FieldType::text:
      if (!first || field.max_length.value_or(kTokenLength) < kTokenLength) return "${unique_number}";
      return "${unique}";
    case FieldType::email:
      return first ? "${unique}@example.com" : "second-${unique}@example.com";
    case FieldType::phone:
      return first ? "+1 555 ${unique_number}" : "+1 556 ${unique_number}";
    case FieldType::url:
      return first ? "https://example.com/${unique}" : "https://example.com/second/${unique}";
    case FieldType::integer:
      return field.max ? json::value(nullptr) : json::value("${unique_number}");
    case FieldType::date:
      return "${unique_date}";
    case FieldType::datetime:
      return first ? "${unique_date}T10:30" : "${unique_date}T14:45";
    default:
      return nullptr;
  }
}

// Of each group the field that varies best: days first, for they leave everything else as it was.
std::set<std::string> varying_fields(const agents::Entity& entity) {
  std::vector<std::vector<std::string>> groups = entity.rules.unique_together;
  if (entity.rules.capacity) groups.push_back(entity.rules.capacity->per);
  std::set<std::string> varying;
  for (const std::vector<std::string>& group : groups) {
    const agents::Field* chosen = nullptr;
    for (const agents::Field& field : entity.fields) {
      if (std::ranges::find(group, field.name) == group.end() || fresh_value(field, Variant::first).is_null()) continue;
      const bool is_day = field.type == FieldType::date || field.type == FieldType::datetime;
      if (chosen == nullptr || is_day) chosen = &field;
    }
    if (chosen != nullptr) varying.insert(chosen->name);
  }
  for (const agents::Field& field : entity.fields) {
    if (field.unique) varying.insert(field.name);
  }
  return varying;
}

json::value value_of(const agents::Field& field, const agents::Brief& brief, Variant variant) {
  if (field.type != FieldType::reference) return agents::example_value(field, variant, brief.created);
  const agents::Entity* target = entity_named(brief, field.target);
  if (target == nullptr) return nullptr;
  return json::string(fmt::format("${{record:{}:{}}}", target->slug, variant == Variant::first ? 1 : 2));
}

std::expected<json::value, std::string> varied(const json::object& variation, const SubjectEntity& entity) {
  json::object values = entity.valid;
  for (const auto& entry : variation) {
    if (entry.key() == "from") {
      if (entry.value() == "valid2") values = entity.valid2;
      if (entry.value() != "valid" && entry.value() != "valid2")
        return std::unexpected("from: expected valid or valid2");
    } else if (entry.key() != "set" && entry.key() != "drop") {
      return std::unexpected(fmt::format("{}: expected from, set or drop", std::string_view(entry.key())));
    }
  }
  if (const json::value* set = variation.if_contains("set")) {
    if (!set->is_object()) return std::unexpected("set: expected fields with values");
    for (const auto& entry : set->get_object()) values.insert_or_assign(entry.key(), entry.value());
  }
  if (const json::value* drop = variation.if_contains("drop")) {
    if (!drop->is_array()) return std::unexpected("drop: expected names of fields");
    for (const json::value& name : drop->get_array()) {
      if (name.is_string()) values.erase(name.get_string());
    }
  }
  return values;
}

bool asks_for_values(const json::value& written) {
  if (written.is_string()) return written == "${valid}" || written == "${valid2}";
  return written.is_object() && written.get_object().contains("from");
}

}  // namespace

json::object valid_values(const agents::Entity& entity, const agents::Brief& brief, Variant variant) {
  const std::set<std::string> varying = varying_fields(entity);
  json::object values;
  for (const agents::Field& field : entity.fields) {
    json::value value = varying.contains(field.name) ? fresh_value(field, variant) : json::value(nullptr);
    if (value.is_null()) value = value_of(field, brief, variant);
    const bool is_reference = field.type == FieldType::reference;
    if (!value.is_null()) values.emplace(is_reference ? field.name + "_id" : field.name, std::move(value));
  }
  return values;
}

std::expected<json::object, std::string> with_values(const json::object& step, const SubjectEntity* entity) {
  json::object result = step;
  for (const char* key : {"form", "json"}) {
    json::value* written = result.if_contains(key);
    if (written == nullptr || !asks_for_values(*written)) continue;
    if (entity == nullptr)
      return std::unexpected(fmt::format("{}: an assertion of the whole app has no valid values", key));
    if (written->is_string()) {
      const bool first = *written == "${valid}";
      *written = first ? entity->valid : entity->valid2;
      continue;
    }
    auto values = varied(written->get_object(), *entity);
    if (!values) return std::unexpected(values.error());
    *written = std::move(*values);
  }
  return result;
}

}  // namespace tenon::delivery
