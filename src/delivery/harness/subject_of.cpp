#include "delivery/harness/subject_of.h"

#include "delivery/harness/valid_values.h"

namespace tenon::delivery {
namespace {

constexpr std::size_t kMembersOfChecks = 2;

SubjectField subject_field(const agents::Field& field) {
  const bool is_reference = field.type == agents::FieldType::reference;
  return {.name = is_reference ? field.name + "_id" : field.name,
          .takes_text = field.type == agents::FieldType::string || field.type == agents::FieldType::text,
          .is_searched = field.search,
          .is_required = field.required,
          .max_length = field.max_length};
}

SubjectEntity subject_entity(const agents::Entity& entity, const agents::Brief& brief) {
  SubjectEntity subject;
  subject.name = entity.name;
  subject.slug = entity.slug;
  subject.access = entity.access;
  subject.title_field = entity.title_field;
  subject.is_editable = !entity.rules.adjust;
  for (const agents::Field& field : entity.fields) subject.fields.push_back(subject_field(field));
  subject.valid = valid_values(entity, brief, agents::Variant::first);
  subject.valid2 = valid_values(entity, brief, agents::Variant::second);
  for (const agents::Role& role : brief.roles) {
    if (std::ranges::find(role.manages, entity.name) != role.manages.end()) subject.managers.push_back(role.name);
  }
  return subject;
}

}  // namespace

Subject subject_of(const agents::Brief& brief) {
  Subject subject;
  subject.kind = brief.kind;
  for (const agents::Role& role : brief.roles) {
    if (role.name != "admin") subject.staff_roles.push_back(role.name);
  }
  for (const agents::Entity& entity : brief.entities) subject.entities.push_back(subject_entity(entity, brief));
  const auto is_owned = [](const SubjectEntity& entity) { return entity.access == agents::kPrivate; };
  subject.has_accounts = brief.kind != agents::kStatic && std::ranges::any_of(subject.entities, is_owned);
  const bool by_api_only = subject.has_accounts && brief.kind == agents::kApi;
  if (brief.kind != agents::kStatic)
    subject.accounts = make_accounts(subject.staff_roles, by_api_only ? kMembersOfChecks : 0);
  return subject;
}

}  // namespace tenon::delivery
