// Attacks the running app before it may be released, the way a hostile visitor or member would, by the entities and the
// access table of the brief. Each attack has an id that stays the same, and one result: passed (it did not work),
// failed (it did, with what was sent and what came back), or not_applicable with the reason. Secrets in the repository
// are looked for elsewhere.
//
//   authorization: admin-anonymous account-anonymous api-anonymous admin-member users-staff foreign-page foreign-api
//   state:         csrf-missing csrf-wrong
//   injection:     script-escaped script-reflected sql-fields sql-query
//   transport:     headers cookies open-redirect path-traversal
//   robustness:    oversized-body malformed-json odd-ids odd-queries odd-values
//   last:          login-limit (locks sign-ins out for a while: nothing follows it)
//
// Records made on the way carry the word "probe". Never throws on a bad answer; throws only cancelled.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "core/digest.h"
#include "core/task.h"
#include "delivery/harness/subject.h"
#include "io/http_client.h"

namespace tenon::delivery {

enum class AttackVerdict { passed, failed, not_applicable };
BOOST_DESCRIBE_ENUM(AttackVerdict, passed, failed, not_applicable)

struct AttackFinding {
  std::string id;       // of the attack
  std::string title;    // "A member can open an admin page"
  std::string request;  // "GET /admin/users as member"
  std::string expected;
  std::string got;
  bool operator==(const AttackFinding&) const = default;
};
BOOST_DESCRIBE_STRUCT(AttackFinding, (), (id, title, request, expected, got))

struct AttackResult {
  std::string id;
  std::string title;  // what must hold: "Only staff reach the admin area"
  AttackVerdict verdict = AttackVerdict::passed;
  std::string reason;                   // of not_applicable
  std::vector<AttackFinding> findings;  // at most 20
  std::uint32_t requests = 0;
  std::int64_t milliseconds = 0;
  Digest exchange;  // of all requests sent and answers received
  bool operator==(const AttackResult&) const = default;
};
BOOST_DESCRIBE_STRUCT(AttackResult, (), (id, title, verdict, reason, findings, requests, milliseconds, exchange))

struct AttackReport {
  std::vector<AttackResult> results;
  std::uint32_t requests = 0;  // without the sign-ins before the first attack
  std::int64_t milliseconds = 0;

  bool passed() const;
};
BOOST_DESCRIBE_STRUCT(AttackReport, (), (results, requests, milliseconds))

struct AttackOptions {
  std::vector<std::string> only;  // ids of the attacks to make; empty: all
  std::uint32_t lanes = 2;
  Milliseconds request_timeout{5'000};
  std::uint32_t requests_per_attack = 400;
};

Task<AttackReport> run_attacks(io::HttpClient& client, Subject subject, AttackOptions options);

}  // namespace tenon::delivery
