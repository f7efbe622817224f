// Who takes part in checks. Staff sign in by the login page, members register by the registration page (or exist as
// accounts), and clients of the API ask for a token: the same way as people do. Each sign-in happens once; checks get
// copies.
//
// Used on one strand.
#pragma once

#include <expected>
#include <map>
#include <set>
#include <string>

#include "delivery/harness/browser.h"

namespace tenon::delivery {

// Why somebody could not come in: what was expected and what happened.
struct SignInFailure {
  std::string request;
  std::string expected;
  std::string got;
};

using Entrance = std::expected<Visitor, SignInFailure>;

class Actors final {
 public:
  // The subject outlives it.
  explicit Actors(const Subject& subject) : subject_(subject) {}

  // Signs the actor in, unless that was done before; `actor` may be "token:<actor>". Throws only cancelled.
  Task<Entrance> enter(std::string actor, Wire& wire);
  // Signs in everybody named, so many at a time; who is not let in is told so by enter(). Passwords are hashed slowly
  // on purpose, so this is most of the time that sign-ins take.
  Task<void> admit(std::set<std::string> actors, io::HttpClient& client, WireLimits limits, std::uint32_t lanes);
  // enter() without a look at what was done before: a sign-in that can be ended without disturbing others.
  Task<Entrance> enter_anew(std::string actor, Wire& wire);

  // Of those who have an account: made for the app's start, or by registering.
  const Account* account(const std::string& actor) const;

 private:
  Task<void> admit_waiting(std::vector<std::string>& waiting, io::HttpClient& client, WireLimits limits);
  Task<Entrance> sign_in(Account account, Wire& wire);
  Task<Entrance> fetch_token(std::string actor, Wire& wire);
  Task<Entrance> register_member(std::string actor, Wire& wire);

  const Subject& subject_;
  std::map<std::string, Entrance> entered_;
  std::map<std::string, Account> registered_;
};

}  // namespace tenon::delivery
