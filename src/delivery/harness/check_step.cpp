#include "delivery/harness/check_step.h"

#include "core/error.h"
#include "core/json.h"

namespace tenon::delivery {
namespace {

[[noreturn]] void refuse(std::string_view key, std::string_view reason) {
  throw Error(ErrorCode::invalid_argument, fmt::format("{}: {}", key, reason));
}

std::optional<StepAction> action_named(std::string_view key) {
  if (key == "get") return StepAction::get;
  if (key == "post") return StepAction::post;
  if (key == "patch") return StepAction::patch;
  if (key == "delete") return StepAction::remove;
  if (key == "submit") return StepAction::submit;
  return std::nullopt;
}

std::string plain_text(const json::value& value, std::string_view key) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_number() || value.is_bool()) return json::serialize(value);
  if (value.is_null()) return "";
  refuse(key, "expected a text");
}

std::vector<std::string> texts(const json::value& value, std::string_view key) {
  if (!value.is_array()) return {plain_text(value, key)};
  std::vector<std::string> all;
  for (const json::value& element : value.get_array()) all.push_back(plain_text(element, key));
  return all;
}

std::map<std::string, std::string> text_map(const json::value& value, std::string_view key) {
  if (!value.is_object()) refuse(key, "expected names with texts");
  std::map<std::string, std::string> all;
  for (const auto& entry : value.get_object()) all.emplace(entry.key(), plain_text(entry.value(), key));
  return all;
}

void take_member(CheckStep& step, std::string_view key, const json::value& value) {
  if (const auto action = action_named(key)) {
    if (!step.path.empty()) refuse(key, "a step does one thing only");
    step.action = *action;
    step.path = plain_text(value, key);
    if (!step.path.starts_with('/')) refuse(key, "a path begins with /");
  } else if (key == "as") {
    step.actor = plain_text(value, key);
  } else if (key == "form") {
    if (!value.is_object()) refuse(key, "expected fields with values");
    step.has_form = true;
    for (const auto& entry : value.get_object()) step.form.emplace_back(entry.key(), plain_text(entry.value(), key));
  } else if (key == "form_at") {
    step.form_at = from_json<std::size_t>(value, "form_at");
    if (*step.form_at == 0) refuse(key, "forms count from 1");
  } else if (key == "json") {
    step.body = value;
  } else if (key == "status") {
    step.statuses =
        value.is_array() ? from_json<std::vector<int>>(value, "status") : std::vector{from_json<int>(value, "status")};
  } else if (key == "contains") {
    step.contains = texts(value, key);
  } else if (key == "absent") {
    step.absent = texts(value, key);
  } else if (key == "location") {
    step.location = plain_text(value, key);
  } else if (key == "headers") {
    step.headers = text_map(value, key);
  } else if (key == "save") {
    step.save = text_map(value, key);
  } else if (key == "accessible") {
    step.accessible = from_json<bool>(value, "accessible");
  } else {
    refuse(key, "not a known key of a step");
  }
}

}  // namespace

std::expected<CheckStep, std::string> read_step(const json::object& object) {
  CheckStep step;
  try {
    for (const auto& entry : object) take_member(step, entry.key(), entry.value());
    if (step.path.empty()) refuse("step", "expected one of get, post, patch, delete, submit");
  } catch (const Error& error) {
    return std::unexpected(error.what());
  }
  const bool sends = step.action == StepAction::post || step.action == StepAction::patch;
  if (!sends) step.json_subset = std::exchange(step.body, std::nullopt);
  return step;
}

}  // namespace tenon::delivery
