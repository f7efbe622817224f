#include <fmt/format.h>

#include "agents/brief.h"
#include "agents/markdown.h"
#include "agents/names.h"

namespace tenon::agents {
namespace {

std::string_view source_text(AnswerSource source) {
  switch (source) {
    case AnswerSource::goal:
      return "from the goal";
    case AnswerSource::answer:
      return "answered";
    case AnswerSource::assumed:
      return "assumed";
  }
  return "";
}

std::string questions_section(const Brief& brief) {
  std::string out =
      "## Questions and what they changed\n\n| Question | Answer | Source | What it changed |\n|---|---|---|---|\n";
  for (const Answer& answer : brief.questions) {
    std::string source(source_text(answer.source));
    if (!answer.reason.empty()) source += ": " + answer.reason;
    const std::string values = answer.labels.empty() ? "none" : joined(answer.labels, ", ");
    out += fmt::format("| {} | {} | {} | {} |\n", md_cell(answer.text), md_cell(values), md_cell(source),
                       md_cell(answer.changed));
  }
  return out + "\n";
}

std::string requirements_section(const Brief& brief) {
  std::string out = "## Requirements\n\n";
  for (const Requirement& requirement : brief.requirements) {
    out += fmt::format("### {}: {}\n\n", requirement.id, md_text(requirement.text));
    for (const Assertion& assertion : requirement.assertions)
      out += fmt::format("- **{}** {}\n", assertion.id, md_text(assertion.text));
    out += "\n";
  }
  return out;
}

std::string data_section(const Brief& brief) {
  std::string out = "## Data\n\n| What | Fields | Who sees it |\n|---|---|---|\n";
  for (const Entity& entity : brief.entities) {
    std::vector<std::string> fields;
    for (const Field& field : entity.fields) fields.push_back(field.required ? field.label + "*" : field.label);
    out += fmt::format("| {} | {} | {} |\n", md_cell(entity.titles), md_cell(joined(fields, ", ")),
                       md_cell(entity.access));
  }
  return out + "\nFields with * are required.\n\n";
}

std::string scope_section(const Brief& brief) {
  std::string out = "## Scope\n\n";
  for (const FeatureChoice& feature : brief.features_in)
    out += fmt::format("- In: {}. {}\n", md_text(feature.title), md_text(feature.summary));
  for (const FeatureChoice& feature : brief.features_out) out += fmt::format("- Out: {}.\n", md_text(feature.title));
  for (const OutOfScope& wish : brief.out_of_scope)
    out += fmt::format("- Not possible: {}. {}\n", md_text(wish.wish), md_text(wish.answer));
  for (const std::string& goal : brief.non_goals) out += fmt::format("- Not a goal: {}\n", md_text(goal));
  return out + "\n";
}

}  // namespace

std::string brief_markdown(const Brief& brief, const Knowledge& knowledge) {
  std::vector<std::string> languages;
  for (const std::string& code : brief.languages) languages.push_back(knowledge.locales.at(code).language_name());
  std::string out =
      fmt::format("# Brief: {}\n\n> {}\n\n{}\n\n", md_text(brief.title), md_quote(brief.goal), md_text(brief.summary));
  out += fmt::format("- Kind: {}\n- Stack: {}\n- Languages: {}\n", md_text(brief.domain_title),
                     md_text(stack_named(knowledge, brief.stack).title), joined(languages, ", "));
  if (brief.kind != kApi) out += fmt::format("- Look: {}\n", brief.look);
  if (!brief.roles.empty()) {
    out += "- Roles: Administrator";
    for (const Role& role : brief.roles) out += ", " + md_text(role.title);
    out += "\n";
  }
  out += "\n" + requirements_section(brief) + data_section(brief) + scope_section(brief) + questions_section(brief);
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace tenon::agents
