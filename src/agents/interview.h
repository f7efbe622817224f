// Asks what the goal leaves open: at most two rounds of at most five questions, each with a suggestion and its reason.
// The second round may depend on the answers of the first.
//
//   std::vector<Answer> answers;
//   for (int round = 1; round <= kRounds; ++round) {
//     std::vector<Question> questions = questions_of_round(round, reading, knowledge, answers);
//     // ask those with open(question); put what the person says into a sheet
//     append(answers, take_answers(questions, sheet));
//   }
//   check_answers(reading, knowledge, sheet, answers);
//
// `answer_all` does this with a sheet that is complete already (an answers file, or an empty one for --yes).
#pragma once

#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "agents/goal.h"
#include "agents/knowledge.h"

namespace tenon::agents {

inline constexpr int kRounds = 2;
inline constexpr std::size_t kQuestionsPerRound = 5;

struct Question {
  std::string name;  // the key in an answers file
  int round = 1;
  AnswerKind type = AnswerKind::one;
  std::string text;
  std::vector<Choice> choices;  // empty for `words`
  std::vector<std::string> suggestion;
  std::string reason;
  std::string changes;
  std::vector<std::string> from_goal;  // what the goal says already; such a question is not asked
  bool answered_by_goal = false;
};
BOOST_DESCRIBE_STRUCT(Question, (),
                      (name, round, type, text, choices, suggestion, reason, changes, from_goal, answered_by_goal))

inline bool open(const Question& question) { return !question.answered_by_goal; }

enum class AnswerSource { goal, answer, assumed };
BOOST_DESCRIBE_ENUM(AnswerSource, goal, answer, assumed)

// One answered question, as it is traced in the brief.
struct Answer {
  std::string question;  // name
  std::string text;      // what was asked
  std::vector<std::string> values;
  std::vector<std::string> labels;  // of the values, for people
  AnswerSource source = AnswerSource::assumed;
  std::string reason;   // of the suggestion, when it was taken
  std::string changed;  // what the answer changed
  Effect effect;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (question, text, values, labels, source, reason, changed, effect))

// What a person answered: question name → a text, a list of texts, a number or a boolean. `source` names where it came
// from in errors ("answers.yaml", "--stack").
struct AnswerSheet {
  std::string source = "the answers";
  json::object values;
};

// Sheet from a file that read_structured has read. Throws invalid_argument when it is not an object.
AnswerSheet answer_sheet(const json::value& content, std::string source);

std::vector<Question> questions_of_round(int round, const GoalReading& reading, const Knowledge& knowledge,
                                         const std::vector<Answer>& so_far);

// The sheet's answer, else the goal's, else the suggestion (recorded as assumed). Throws invalid_argument for a value
// that is not among the choices, naming the key and the choices.
std::vector<Answer> take_answers(const std::vector<Question>& questions, const AnswerSheet& sheet);

// Throws invalid_argument for a key of the sheet that no question has, and for answers that contradict one another,
// naming both keys (stack: static-site with features: reservations).
void check_answers(const GoalReading& reading, const Knowledge& knowledge, const AnswerSheet& sheet,
                   const std::vector<Answer>& answers);

std::vector<Answer> answer_all(const GoalReading& reading, const Knowledge& knowledge, const AnswerSheet& sheet);

}  // namespace tenon::agents
