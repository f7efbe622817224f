// Asks a person the brain's questions on a terminal. Enter takes the suggestion, numbers or names choose, several are
// separated by commas; what is not understood is asked again. The end of the input takes all remaining suggestions.
#pragma once

#include <istream>
#include <ostream>
#include <vector>

#include "agents/interview.h"
#include "cli/terminal.h"

namespace tenon::cli {

class Conversation {
 public:
  Conversation(std::istream& in, std::ostream& out, Terminal terminal);

  // The answers to the questions that the goal leaves open, by name of the question.
  json::object ask(const std::vector<agents::Question>& questions);

 private:
  json::value ask_one(const agents::Question& question);
  std::optional<json::value> understood(const agents::Question& question, const std::string& line) const;

  std::istream& in_;
  std::ostream& out_;
  Terminal terminal_;
};

}  // namespace tenon::cli
