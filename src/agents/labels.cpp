#include "agents/labels.h"

#include <algorithm>

#include "agents/names.h"

namespace tenon::agents {

const Field* field_of(const Entity& entity, std::string_view name) {
  const auto found = std::ranges::find(entity.fields, name, &Field::name);
  return found == entity.fields.end() ? nullptr : &*found;
}

std::string label_of(const std::string& label, const EntityScope& scope) {
  return scope.translated ? scope.locale.word(label) : label;
}

std::string lowered(const std::string& title, const EntityScope& scope) {
  if (scope.translated && scope.locale.code == "de") return title;
  const bool abbreviation = title.size() > 1 && title[1] >= 'A' && title[1] <= 'Z';
  if (title.empty() || abbreviation) return title;
  return lower(title.substr(0, 1)) + title.substr(1);
}

}  // namespace tenon::agents
