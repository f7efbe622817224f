// What an attack is made of, and what it may use. Internal to the attack pass.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/harness/actors.h"
#include "delivery/harness/attack_pass.h"
#include "delivery/harness/browser.h"
#include "delivery/harness/records.h"

namespace tenon::delivery {

// Thrown by an attack that cannot go on, because somebody who must take part is not let in: that fails the attack.
struct AttackBlocked {
  SignInFailure failure;
};

// A record made by an attack; without an id when it was refused or cannot be found again.
struct ProbeRecord {
  Answer answer;
  std::string id;
};

inline constexpr const char* kCsrfField = "csrf_token";

// A form that posts, as somebody finds it on a page.
struct FoundForm {
  std::string actor;
  std::string path;  // of the page
  std::string action;
  FormValues values;  // without the token
  std::string token;  // "" when it has none
};

// What all attacks of one pass share. Used on one strand.
struct AttackWorld {
  AttackWorld(io::HttpClient& to, const Subject& about, WireLimits each)
      : client(to), subject(about), limits(each), actors(about), records(about, actors) {}
  AttackWorld(const AttackWorld&) = delete;
  AttackWorld& operator=(const AttackWorld&) = delete;

  io::HttpClient& client;
  const Subject& subject;
  WireLimits limits;
  Actors actors;
  Records records;
  std::map<std::string, std::string> first_ids;  // by entity
  std::optional<std::vector<FoundForm>> forms;
  std::uint32_t made = 0;  // fresh values so far
};

// What one attack uses, and what it finds.
class Arena final {
 public:
  Arena(AttackWorld& world, std::string_view id)
      : world_(world), subject_(world.subject), wire_(world.client, world.subject, world.limits), id_(id) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Ends the attack.
  AttackResult result();

  const Subject& subject() const { return subject_; }
  Wire& wire() { return wire_; }
  Actors& actors() { return world_.actors; }

  bool has_pages() const { return subject_.kind == "web"; }
  bool has_api() const { return subject_.kind != "static"; }
  std::vector<const SubjectEntity*> with_access(std::string_view access) const;

  // A copy of the actor's sign-in on the present wire. Throws AttackBlocked.
  Task<Browser> as(std::string actor);

  // Valid values with every placeholder filled, different at each call; `changes` go over them.
  Task<FormValues> form_values(const SubjectEntity& entity, std::map<std::string, std::string> changes);
  Task<json::object> json_values(const SubjectEntity& entity, std::map<std::string, std::string> changes);

  // Makes a record the way its access allows: by the API where there is one for it, else by the public form. `marker`
  // is a text inside one of the changes by which it is found again; "" when nobody needs its id.
  Task<ProbeRecord> create(const SubjectEntity& entity, std::map<std::string, std::string> changes, std::string marker);
  // The id of a record that is there, "" when there is none.
  Task<std::string> any_id(const SubjectEntity& entity);
  // Every form that posts; looked for once.
  Task<std::vector<FoundForm>> forms();

  // Some of the variants of an attack, other ones at each call: all of them come up over the places of an app, and
  // every place gets a few, without trying each variant at each place.
  std::vector<std::string> some(const std::vector<std::string>& variants, std::size_t places);
  // A short text that occurs nowhere else in the app: lower-case letters and digits.
  std::string marker();

  void found(std::string title, const Answer& answer, std::string expected);
  // The attack does not apply to this app; ends nothing.
  void skip(std::string reason) { reason_ = std::move(reason); }
  // Reports a status that is not among the expected ones.
  void expect(const Answer& answer, const std::set<int>& statuses, std::string title);

 private:
  Task<json::object> filled(const SubjectEntity& entity);
  Task<std::vector<json::value>> list(std::string slug, std::string actor);

  AttackWorld& world_;
  const Subject& subject_;
  Wire wire_;
  std::string id_;
  std::string reason_;
  std::vector<AttackFinding> findings_;
  std::size_t turn_ = 0;
};

struct Attack {
  std::string_view id;
  std::string_view title;
  Task<void> (*run)(Arena& arena);
};

std::vector<Attack> access_attacks();
std::vector<Attack> forgery_attacks();
std::vector<Attack> script_attacks();
std::vector<Attack> sql_attacks();
std::vector<Attack> transport_attacks();
std::vector<Attack> robustness_attacks();
std::vector<Attack> guessing_attacks();

}  // namespace tenon::delivery
