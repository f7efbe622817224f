#include "agents/requirements.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "agents/app_model.h"
#include "agents/checker.h"
#include "agents/template_model.h"
#include "core/error.h"

namespace tenon::agents {
namespace {

class Writer {
 public:
  Writer(const Brief& brief, const AdaptedDomain& adapted, const Knowledge& knowledge)
      : brief_(brief), adapted_(adapted), book_(knowledge.assertions), model_(app_model(brief, knowledge)) {}

  std::vector<Requirement> write() {
    for (const Feature& feature : adapted_.domain.features) {
      if (adapted_.features_on.contains(feature.name)) add_feature(feature);
    }
    for (const Entity& entity : brief_.entities) {
      if (entity.feature.empty() || !adapted_.features_on.contains(entity.feature)) add_entity(entity);
    }
    add_domain_wide();
    for (const RequirementTemplate& source : book_.app) add_app(source);
    number();
    return std::move(requirements_);
  }

 private:
  using Element = TemplateModel::Element;

  static constexpr std::string_view kEntities = "entities";

  std::size_t index_of(std::string_view entity) const {
    const auto found = std::ranges::find(brief_.entities, entity, &Entity::name);
    return static_cast<std::size_t>(found - brief_.entities.begin());
  }
  bool exists(std::string_view entity) const { return index_of(entity) < brief_.entities.size(); }

  template <class... Where>
  bool flags_hold(const Condition& when, std::string_view source, Where... where) const {
    const auto is_on = [&](const std::string& flag) { return model_.holds(flag, source, where...); };
    return std::ranges::all_of(when.has, is_on) && std::ranges::none_of(when.lacks, is_on);
  }

  bool admits(const Condition& when, std::string_view source) const {
    if (!when.kind.empty() && !holds(when.kind, brief_.kind)) return false;
    return flags_hold(when, source);
  }

  bool admits(const Condition& when, const Entity& entity, std::string_view source) const {
    if (!when.kind.empty() && !holds(when.kind, brief_.kind)) return false;
    if (!when.access.empty() && !holds(when.access, entity.access)) return false;
    return flags_hold(when, source, Element{kEntities, index_of(entity.name)});
  }

  // Every text inside a check is rendered by itself, so that no text can change the shape of the check.
  template <class... Where>
  json::value rendered(const json::value& value, std::string_view source, Where... where) const {
    if (value.is_string()) return json::string(model_.render(std::string_view(value.get_string()), source, where...));
    if (value.is_array()) {
      json::array list;
      for (const json::value& element : value.get_array()) list.push_back(rendered(element, source, where...));
      return list;
    }
    if (!value.is_object()) return value;
    json::object object;
    for (const auto& entry : value.get_object()) {
      object[model_.render(std::string_view(entry.key()), source, where...)] =
          rendered(entry.value(), source, where...);
    }
    return object;
  }

  template <class... Where>
  void add_assertion(Requirement& requirement, const AssertionTemplate& source, const std::string& entity,
                     Where... where) {
    const std::string key = entity.empty() ? source.kind : entity + "." + source.kind;
    if (!keys_.insert(key).second) {
      throw Error(ErrorCode::invalid_argument, fmt::format("{}: two assertions have the key {}.", brief_.domain, key));
    }
    Assertion assertion{.id = {},
                        .key = key,
                        .kind = source.kind,
                        .entity = entity,
                        .text = model_.render(source.text, key, where...),
                        .check = {}};
    for (const json::object& step : source.check) assertion.check.push_back(rendered(step, key, where...).as_object());
    requirement.assertions.push_back(std::move(assertion));
  }

  void add_generic(Requirement& requirement, const Entity& entity) {
    for (const AssertionTemplate& source : book_.entity) {
      if (admits(source.when, entity, source.kind))
        add_assertion(requirement, source, entity.name, Element{kEntities, index_of(entity.name)});
    }
  }

  // What a domain asserts leans on the access and the samples it describes; where goal or answers changed those, it is
  // left out, and the general assertions remain.
  bool still_holds(const AssertionTemplate& source) const {
    if (source.entity.empty() && !adapted_.changed_access.empty()) return false;
    if (!source.entity.empty() && (!exists(source.entity) || adapted_.changed_access.contains(source.entity)))
      return false;
    std::string check;
    for (const json::object& step : source.check) check += json::serialize(step);
    return std::ranges::none_of(adapted_.lost_titles, [&](const std::string& title) { return check.contains(title); });
  }

  void add_own(Requirement& requirement, const std::vector<AssertionTemplate>& list) {
    for (const AssertionTemplate& source : list) {
      if (!still_holds(source)) continue;
      if (source.entity.empty()) {
        if (admits(source.when, source.kind)) add_assertion(requirement, source, "");
        continue;
      }
      const Entity& entity = brief_.entities[index_of(source.entity)];
      if (admits(source.when, entity, source.kind))
        add_assertion(requirement, source, entity.name, Element{kEntities, index_of(entity.name)});
    }
  }

  void add_feature(const Feature& feature) {
    Requirement requirement{
        .id = {}, .name = feature.name, .feature = feature.name, .text = feature.requirement, .assertions = {}};
    for (const Entity& entity : brief_.entities) {
      if (entity.feature == feature.name) add_generic(requirement, entity);
    }
    add_own(requirement, feature.assertions);
    if (!requirement.assertions.empty()) requirements_.push_back(std::move(requirement));
  }

  void add_entity(const Entity& entity) {
    Requirement requirement{.id = {}, .name = entity.name, .feature = {}, .text = {}, .assertions = {}};
    for (const EntityRequirement& source : book_.requirements) {
      if (requirement.text.empty() && admits(source.when, entity, "requirements")) {
        requirement.text = model_.render(source.requirement, "requirements", Element{kEntities, index_of(entity.name)});
      }
    }
    add_generic(requirement, entity);
    if (!requirement.text.empty() && !requirement.assertions.empty()) requirements_.push_back(std::move(requirement));
  }

  // Assertions of the domain stand with the requirement of their entity.
  void add_domain_wide() {
    for (const AssertionTemplate& source : adapted_.domain.assertions) {
      const auto owns = [&](const Requirement& requirement) {
        return std::ranges::any_of(requirement.assertions, [&](const Assertion& assertion) {
          return !source.entity.empty() && assertion.entity == source.entity;
        });
      };
      auto owner = std::ranges::find_if(requirements_, owns);
      if (owner == requirements_.end()) owner = requirements_.begin();
      if (owner != requirements_.end()) add_own(*owner, {source});
    }
  }

  void add_app(const RequirementTemplate& source) {
    if (!admits(source.when, source.name)) return;
    Requirement requirement{.id = {},
                            .name = source.name,
                            .feature = {},
                            .text = model_.render(source.requirement, source.name),
                            .assertions = {}};
    for (const AssertionTemplate& assertion : source.assertions) {
      if (admits(assertion.when, assertion.kind)) add_assertion(requirement, assertion, "");
    }
    if (!requirement.assertions.empty()) requirements_.push_back(std::move(requirement));
  }

  void number() {
    for (std::size_t i = 0; i < requirements_.size(); ++i) {
      requirements_[i].id = fmt::format("R{}", i + 1);
      for (std::size_t k = 0; k < requirements_[i].assertions.size(); ++k) {
        requirements_[i].assertions[k].id = fmt::format("A{}.{}", i + 1, k + 1);
      }
    }
  }

  const Brief& brief_;
  const AdaptedDomain& adapted_;
  const AssertionBook& book_;
  TemplateModel model_;
  std::set<std::string> keys_;
  std::vector<Requirement> requirements_;
};

}  // namespace

std::vector<Requirement> requirements_for(const Brief& brief, const AdaptedDomain& adapted,
                                          const Knowledge& knowledge) {
  return Writer(brief, adapted, knowledge).write();
}

}  // namespace tenon::agents
