#include "agents/documents.h"

#include <algorithm>

#include <fmt/format.h>

#include "agents/app_model.h"
#include "agents/entity_model.h"
#include "agents/field_values.h"
#include "agents/names.h"
#include "agents/template_model.h"
#include "core/error.h"

namespace tenon::agents {
namespace {

std::string shell_line(const std::vector<std::string>& command) {
  std::vector<std::string> words;
  for (std::string word : command) {
    for (const auto& [placeholder, text] : {std::pair<std::string, std::string>{"{port}", "8000"},
                                            {"{report}", "report.xml"},
                                            {"{coverage}", "coverage.xml"}}) {
      if (const auto at = word.find(placeholder); at != std::string::npos) word.replace(at, placeholder.size(), text);
    }
    const bool plain = word.find_first_of(" ;()\"'$&|<>*") == std::string::npos;
    words.push_back(plain ? word : "'" + word + "'");
  }
  return joined(words, " ");
}

json::array links_of(const Brief& brief) {
  json::array links;
  for (const Entity& entity : brief.entities) {
    for (const Field& field : entity.fields) {
      if (field.type != FieldType::reference) continue;
      links.push_back(json::object{{"link_from", pascal_case(field.target)},
                                   {"link_mark", field.required ? "||--o{" : "|o--o{"},
                                   {"link_to", pascal_case(entity.name)},
                                   {"link_name", field.name}});
    }
  }
  return links;
}

json::array needs_of(const Stack& stack) {
  json::array needs;
  for (const Need& need : stack.needs) {
    std::string text = need.command.empty() ? "Python package " + need.python : need.command;
    if (!need.version.empty()) text += " " + need.version + " or later";
    if (!need.package.empty()) text += fmt::format(" (Debian: {})", need.package);
    needs.push_back(json::object{{"need", text}});
  }
  return needs;
}

json::array alternatives_to(const Brief& brief, const Knowledge& knowledge) {
  json::array alternatives;
  const Domain& domain = domain_named(knowledge, brief.domain);
  for (const auto& [name, stack] : knowledge.stacks) {
    if (name == brief.stack || std::ranges::find(domain.kinds, stack.kind) == domain.kinds.end()) continue;
    alternatives.push_back(json::object{{"alternative_title", stack.title}, {"alternative_summary", stack.summary}});
  }
  return alternatives;
}

json::object document_model(const Brief& brief, const Knowledge& knowledge) {
  const Stack& stack = stack_named(knowledge, brief.stack);
  json::object model = app_model(brief, knowledge);
  const auto command = [&](const std::string& name) {
    const auto found = stack.commands.find(name);
    return found == stack.commands.end() ? std::string() : shell_line(found->second);
  };
  model["stack_title"] = stack.title;
  model["stack_summary"] = stack.summary;
  model["paths_for"] = stack.paths_for;
  model["health"] = stack.health;
  model["serve_command"] = command("serve");
  model["test_command"] = command("test");
  model["entity_count"] = fmt::format("{}", brief.entities.size());
  model["decided_on"] = day_after(brief.created, 0);
  const auto about_stack = std::ranges::find(brief.questions, "stack", &Answer::question);
  const std::string reason = about_stack == brief.questions.end() ? "" : about_stack->reason;
  model["stack_reason"] = reason.empty() ? json::value(false) : json::value(reason);
  for (const auto& [name, list] : {std::pair<std::string, json::array>{"links", links_of(brief)},
                                   {"needs", needs_of(stack)},
                                   {"alternatives", alternatives_to(brief, knowledge)}}) {
    model["has_" + name] = !list.empty();
    model[name] = list;
  }
  return model;
}

}  // namespace

std::vector<Document> documents(const Brief& brief, const Knowledge& knowledge) {
  static constexpr std::initializer_list<std::pair<std::string_view, std::string_view>> kPaths = {
      {"design", "docs/design.md"}, {"adr", "docs/adr/0001-stack.md"}, {"runbook", "docs/runbook.md"}};
  const TemplateModel model(document_model(brief, knowledge));
  std::vector<Document> all;
  for (const auto& [kind, path] : kPaths) {
    const std::string file = std::string(kind) + ".md";
    const auto found = knowledge.documents.find(file);
    if (found == knowledge.documents.end()) {
      throw Error(ErrorCode::not_found, fmt::format("documents/{} is missing from the golden paths.", file));
    }
    all.push_back({.kind = std::string(kind),
                   .path = std::string(path),
                   .content = model.render(found->second, "documents/" + file)});
  }
  return all;
}

}  // namespace tenon::agents
