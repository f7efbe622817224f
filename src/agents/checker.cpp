#include "agents/checker.h"

#include <re2/re2.h>

namespace tenon::agents {
namespace {

void check_step(const Checker& check, const json::object& step, const std::string& path) {
  static constexpr std::initializer_list<std::string_view> kMethods = {"get", "post", "patch", "delete", "submit"};
  static constexpr std::initializer_list<std::string_view> kOthers = {
      "as", "form", "form_at", "json", "status", "contains", "absent", "location", "headers", "save", "accessible"};
  int methods = 0;
  for (const auto& entry : step) {
    const std::string_view key(entry.key());
    methods += one_of(key, kMethods) ? 1 : 0;
    check.require(one_of(key, kMethods) || one_of(key, kOthers), path, "a known key of a step", key);
  }
  check.require(methods == 1, path, "exactly one of get, post, patch, delete and submit", fmt::format("{}", methods));
}

}  // namespace

bool one_of(std::string_view value, std::initializer_list<std::string_view> list) {
  return std::ranges::find(list, value) != list.end();
}

bool holds(const std::vector<std::string>& list, std::string_view value) {
  return std::ranges::find(list, value) != list.end();
}

bool is_snake(std::string_view name) { return RE2::FullMatch(name, "[a-z][a-z0-9]*(_[a-z0-9]+)*"); }
bool is_kebab(std::string_view name) { return RE2::FullMatch(name, "[a-z][a-z0-9]*(-[a-z0-9]+)*"); }

void check_condition(const Checker& check, const Condition& when, const std::string& path) {
  for (const std::string& access : when.access) {
    check.require(one_of(access, {kCatalog, kInbox, kPrivate, kInternal}), path + ".access",
                  "catalog, inbox, private or internal", access);
  }
  for (const std::string& kind : when.kind) {
    check.require(one_of(kind, {kWeb, kApi, kStatic}), path + ".kind", "web, api or static", kind);
  }
}

void check_assertion(const Checker& check, const AssertionTemplate& assertion, const std::string& path) {
  check.require(is_snake(assertion.kind), path + ".kind", "a snake_case name", assertion.kind);
  check.require(!assertion.text.empty(), path + ".text", "a sentence", "");
  check_condition(check, assertion.when, path + ".when");
  for (std::size_t i = 0; i < assertion.check.size(); ++i) {
    check_step(check, assertion.check[i], fmt::format("{}.check[{}]", path, i));
  }
}

void check_question(const Checker& check, const QuestionTemplate& question, const std::string& path) {
  check.require(is_snake(question.name), path + ".name", "a snake_case name", question.name);
  check.require(question.round == 1 || question.round == 2, path + ".round", "1 or 2",
                fmt::format("{}", question.round));
  check.require(!question.text.empty(), path + ".text", "a question", "");
  check.require(
      question.choices_from.empty() || one_of(question.choices_from, {"features", "stacks", "looks", "locales"}),
      path + ".choices_from", "features, stacks, looks or locales", question.choices_from);
  const bool chosen = question.type != AnswerKind::words;
  check.require(!chosen || !question.choices.empty() || !question.choices_from.empty(), path + ".choices",
                "choices, or choices_from", "neither");
  check_condition(check, question.when, path + ".when");
  check.unique(question.choices, path + ".choices", [](const Choice& choice) { return choice.value; });
  for (const std::string& value : question.suggest) {
    const bool known = std::ranges::find(question.choices, value, &Choice::value) != question.choices.end();
    check.require(!chosen || !question.choices_from.empty() || known, path + ".suggest", "one of the choices", value);
  }
}

}  // namespace tenon::agents
