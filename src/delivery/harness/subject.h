// The app under check, as the harness sees it: where it listens, who may sign in, and which kinds of records it keeps.
// Plain data, made from the app model by subject_of() or by hand in a test. Nothing in it comes from the generated
// code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>

#include "core/json.h"

namespace tenon::delivery {

// A user of the app under check. `actor` is the word a check uses ("admin", "member2", a staff role), `role` the app's.
struct Account {
  std::string actor;
  std::string email;
  std::string password;
  std::string role;
};

struct SubjectField {
  std::string name;   // as in forms and JSON; a reference ends in _id
  std::string type;   // a field type of the golden paths
  json::value valid;  // example values as JSON; of a reference: ignored, an existing record is looked up
  json::value valid2;
  std::string target;  // of a reference: the entity's name
  std::optional<std::int64_t> max_length;
  std::optional<double> min;
  std::optional<double> max;
  std::vector<std::string> choices;
  bool required = false;
  bool unique = false;
  bool search = false;

  bool is_text() const;  // string or text: takes any words
};
BOOST_DESCRIBE_STRUCT(SubjectField, (),
                      (name, type, valid, valid2, target, max_length, min, max, choices, required, unique, search))

struct SubjectEntity {
  std::string name;
  std::string slug;
  std::string access;  // catalog inbox private internal
  std::string title_field;
  std::vector<SubjectField> fields;
  std::vector<std::vector<std::string>> unique_groups;  // field names that are unique together
  std::vector<std::string> capacity_keys;               // fields whose equal values share a capacity
  std::vector<std::string> managers;                    // staff roles that manage it, beside admin
  bool editable = true;                                 // false: records are written once (stock movements)

  const SubjectField* field(std::string_view field_name) const;
};
BOOST_DESCRIBE_STRUCT(SubjectEntity, (),
                      (name, slug, access, title_field, fields, unique_groups, capacity_keys, managers, editable))

struct Subject {
  std::string kind;         // web api static
  std::string unix_socket;  // where it listens; "" with an origin that names host and port
  std::string origin = "http://app.internal";
  std::vector<Account> accounts;
  std::vector<SubjectEntity> entities;
  std::vector<std::string> staff_roles;
  std::vector<std::string> languages;
  bool has_accounts = false;  // members can register

  const SubjectEntity* entity(std::string_view entity_name) const;
  const Account* account(std::string_view actor) const;
  // The actor of a check, made definite: "staff" becomes the role that manages the entity.
  std::string actor_for(std::string_view actor, const SubjectEntity* about) const;
};

// Users with fresh random passwords: admin, one for each staff role and, where members sign in by API only, two
// members.
std::vector<Account> make_accounts(const std::string& kind, const std::vector<std::string>& staff_roles,
                                   std::size_t members);

// The value of BOOTSTRAP_USERS for those accounts.
std::string bootstrap_users(const std::vector<Account>& accounts);

}  // namespace tenon::delivery
