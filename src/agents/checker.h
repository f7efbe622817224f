// Says where in a file something is wrong, and the checks that several files share.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "agents/knowledge.h"
#include "core/error.h"

namespace tenon::agents {

bool one_of(std::string_view value, std::initializer_list<std::string_view> list);
bool holds(const std::vector<std::string>& list, std::string_view value);
bool is_snake(std::string_view name);
bool is_kebab(std::string_view name);

// One file; says where in it something is wrong.
class Checker {
 public:
  explicit Checker(std::string file) : file_(std::move(file)) {}

  void require(bool holds, const std::string& path, std::string_view expected, std::string_view got) const {
    if (holds) return;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: {}: expected {}, got \"{}\"", file_, path, expected, got));
  }

  // Names are given once each.
  template <class List, class Name>
  void unique(const List& list, const std::string& path, Name name) const {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < list.size(); ++i) {
      require(seen.insert(name(list[i])).second, fmt::format("{}[{}]", path, i), "a name that is not used yet",
              name(list[i]));
    }
  }

  const std::string& file() const { return file_; }

 private:
  std::string file_;
};

void check_condition(const Checker& check, const Condition& when, const std::string& path);
void check_assertion(const Checker& check, const AssertionTemplate& assertion, const std::string& path);
void check_question(const Checker& check, const QuestionTemplate& question, const std::string& path);

}  // namespace tenon::agents
