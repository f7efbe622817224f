#include "cli/ask.h"

#include <charconv>

#include <fmt/format.h>

namespace tenon::cli {
namespace {

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::vector<std::string> parts(const std::string& line) {
  std::vector<std::string> list;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(',', begin), line.size());
    if (std::string part = trimmed(std::string_view(line).substr(begin, end - begin)); !part.empty())
      list.push_back(part);
    begin = end + 1;
  }
  return list;
}

std::optional<std::string> choice_named(const agents::Question& question, const std::string& text) {
  std::size_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed == std::errc{} && end == text.data() + text.size()) {
    if (number >= 1 && number <= question.choices.size()) return question.choices[number - 1].value;
    return std::nullopt;
  }
  for (const agents::Choice& choice : question.choices) {
    if (lower(choice.value) == lower(text) || lower(choice.label) == lower(text)) return choice.value;
  }
  return std::nullopt;
}

json::array array_of(const std::vector<std::string>& values) {
  json::array array;
  for (const std::string& value : values) array.push_back(json::string(value));
  return array;
}

json::value suggested(const agents::Question& question) {
  if (question.type == agents::AnswerKind::several) return array_of(question.suggestion);
  return question.suggestion.empty() ? json::string() : json::string(question.suggestion.front());
}

}  // namespace

Conversation::Conversation(std::istream& in, std::ostream& out, Terminal terminal)
    : in_(in), out_(out), terminal_(terminal) {}

json::object Conversation::ask(const std::vector<agents::Question>& questions) {
  json::object answers;
  for (const agents::Question& question : questions) {
    if (open(question)) answers.emplace(question.name, ask_one(question));
  }
  return answers;
}

json::value Conversation::ask_one(const agents::Question& question) {
  out_ << '\n' << terminal_.styled(Style::bold, question.text) << '\n';
  for (std::size_t i = 0; i < question.choices.size(); ++i) {
    const agents::Choice& choice = question.choices[i];
    const bool is_suggested = std::ranges::find(question.suggestion, choice.value) != question.suggestion.end();
    out_ << fmt::format("  {} {:2}. {}", is_suggested ? terminal_.styled(Style::good, "*") : " ", i + 1, choice.label);
    if (!choice.summary.empty()) out_ << terminal_.styled(Style::dim, " - " + choice.summary);
    out_ << '\n';
  }
  const std::string how = question.type == agents::AnswerKind::several ? "numbers with commas, \"none\""
                          : question.choices.empty()                   ? "your words"
                                                                       : "a number";
  const std::string takes = question.choices.empty() ? fmt::format("{}", fmt::join(question.suggestion, ", ")) : "*";
  out_ << terminal_.styled(Style::dim, fmt::format("  Enter takes {}: {}", takes, question.reason)) << '\n';

  while (true) {
    out_ << fmt::format("  {} > ", how) << std::flush;
    std::string line;
    if (!std::getline(in_, line)) return suggested(question);
    line = trimmed(line);
    if (line.empty()) return suggested(question);
    if (auto answer = understood(question, line)) return *answer;
    out_ << terminal_.styled(Style::bad, fmt::format("  That is not one of 1 to {}.", question.choices.size())) << '\n';
  }
}

std::optional<json::value> Conversation::understood(const agents::Question& question, const std::string& line) const {
  if (question.choices.empty()) return json::value(json::string(line));
  if (question.type != agents::AnswerKind::several) {
    const auto value = choice_named(question, line);
    return value ? std::optional<json::value>(json::string(*value)) : std::nullopt;
  }
  if (lower(line) == "none") return json::value(json::array());
  std::vector<std::string> values;
  for (const std::string& part : parts(line)) {
    const auto value = choice_named(question, part);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return json::value(array_of(values));
}

}  // namespace tenon::cli
