#include "native/fsops/link_target.h"

namespace tenon::fsops {
namespace {

std::string joined(const std::vector<std::string_view>& components) {
  std::string path;
  for (const std::string_view component : components) path.append(path.empty() ? "" : "/").append(component);
  return path;
}

struct Resolved {
  bool inside = true;
  std::vector<std::string> steps;
  std::string end;
};

Resolved resolve(const WorkspacePath& link, std::string_view text) {
  Resolved resolved;
  if (text.empty() || text.starts_with('/')) return {.inside = false, .steps = {}, .end = {}};
  std::vector<std::string_view> place = link.components();
  place.pop_back();
  while (!text.empty()) {
    const std::size_t slash = text.find('/');
    const std::string_view component = text.substr(0, slash);
    text.remove_prefix(slash == std::string_view::npos ? text.size() : slash + 1);
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      if (place.empty()) return {.inside = false, .steps = {}, .end = {}};
      place.pop_back();
    } else {
      place.push_back(component);
    }
    resolved.steps.push_back(joined(place));
  }
  resolved.end = joined(place);
  return resolved;
}

}  // namespace

std::optional<WorkspacePath> link_target(const WorkspacePath& link, std::string_view text) {
  const Resolved resolved = resolve(link, text);
  if (!resolved.inside) return std::nullopt;
  std::expected<WorkspacePath, std::string> path = WorkspacePath::check(resolved.end);
  if (!path) return std::nullopt;
  return *std::move(path);
}

std::vector<std::string> steps_of_link(const WorkspacePath& link, std::string_view text) {
  return resolve(link, text).steps;
}

}  // namespace tenon::fsops
