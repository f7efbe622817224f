// One step of a check, read from its data form (docs/golden-paths.md, "Assertions and checks"). `json` is the body of
// what is sent with post or patch, and what the answer must contain after get or delete.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

namespace tenon::delivery {

namespace json = boost::json;

enum class StepAction { get, post, patch, remove, submit };

struct CheckStep {
  std::string actor = "anonymous";
  StepAction action = StepAction::get;
  std::string path;
  std::vector<std::pair<std::string, std::string>> form;  // in the order of the data
  bool has_form = false;                                  // also when it has no fields
  std::optional<std::size_t> form_at;
  std::optional<json::value> body;
  std::vector<int> statuses;  // empty: any below 400
  std::vector<std::string> contains;
  std::vector<std::string> absent;
  std::string location;
  std::optional<json::value> json_subset;
  std::map<std::string, std::string> headers;
  std::map<std::string, std::string> save;
  bool accessible = false;
};

// The placeholders of a step are filled in before it is read. The error says in a few words what is wrong with it.
std::expected<CheckStep, std::string> read_step(const json::object& step);

}  // namespace tenon::delivery
