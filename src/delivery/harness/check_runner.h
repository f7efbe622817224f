// Drives the checks of assertions against the running app, as a visitor, a member or a member of staff would: over
// HTTP, with cookie jars, real forms and real sign-ins. What the generated code says about itself counts for nothing
// here.
//
// A wrong answer is an outcome, never an exception; an app that does not answer fails the assertion with that reason.
// Every request has a deadline, every body a limit, every check a number of requests. Assertions run in lanes at the
// same time; within one check, steps run in order. Each check gets its own copy of an actor's cookies, its own
// ${unique} and its own variation of ${valid}, so that checks cannot disturb one another by unique values, unique
// groups or capacities.
//
// ${email:<actor>} and ${password:<actor>} are the credentials of an actor, beside the placeholders of
// agents::Assertion.
//
// run_checks throws only cancelled.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "agents/brief.h"
#include "core/digest.h"
#include "core/task.h"
#include "delivery/harness/subject.h"
#include "io/http_client.h"

namespace tenon::delivery {

enum class Verdict {
  passed,
  failed,
  unchecked,  // the assertion has no steps; its evidence is the app's own tests
};
BOOST_DESCRIBE_ENUM(Verdict, passed, failed, unchecked)

struct CheckFailure {
  std::uint32_t step = 0;  // 1-based
  std::string request;     // "POST /menu/new as member"
  std::string expected;
  std::string got;  // status and an excerpt of at most 300 characters
  bool operator==(const CheckFailure&) const = default;
};
BOOST_DESCRIBE_STRUCT(CheckFailure, (), (step, request, expected, got))

struct AssertionOutcome {
  std::string assertion;  // its id, "A3.1"
  Verdict verdict = Verdict::unchecked;
  std::optional<CheckFailure> failure;
  std::int64_t milliseconds = 0;
  std::uint32_t requests = 0;
  Digest exchange;  // of all requests sent and answers received, in order
  bool operator==(const AssertionOutcome&) const = default;
};
BOOST_DESCRIBE_STRUCT(AssertionOutcome, (), (assertion, verdict, failure, milliseconds, requests, exchange))

struct CheckOptions {
  std::uint32_t lanes = 2;
  Milliseconds request_timeout{5'000};
  std::uint32_t requests_per_check = 200;
};

// Outcomes in the order of the assertions.
Task<std::vector<AssertionOutcome>> run_checks(io::HttpClient& client, Subject subject,
                                               std::vector<agents::Assertion> assertions, CheckOptions options);

}  // namespace tenon::delivery
