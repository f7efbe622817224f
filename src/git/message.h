// A commit message: a Conventional Commits 1.0 subject, a body, and trailers (git-interpret-trailers(1)) that tie the
// commit to its run, its task and the requirements it serves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

namespace tenon::git {

struct Trailer {
  std::string key;    // "Tenon-Run", "Tenon-Task", "Tenon-Requirement"
  std::string value;  // one line
  bool operator==(const Trailer&) const = default;
};
BOOST_DESCRIBE_STRUCT(Trailer, (), (key, value))

struct Message {
  std::string subject;  // "feat(api): list the menu", at most 72 characters
  std::string body;     // may be empty
  std::vector<Trailer> trailers;
  bool operator==(const Message&) const = default;
};
BOOST_DESCRIBE_STRUCT(Message, (), (subject, body, trailers))

// Throws invalid_argument: the subject is not a Conventional Commit or too long, a trailer is malformed, or the body's
// last paragraph would be read as trailers. For what it accepts, parse_message(format_message(m)) is m with the body
// trimmed.
std::string format_message(const Message& message);

// Never fails: text of other people's commits comes back as subject and body.
Message parse_message(std::string_view text);

}  // namespace tenon::git
