// The app under check, as the harness sees it: where it listens, who may sign in, and which kinds of records it keeps.
// Made from the brief by subject_of(), or by hand in a test. Nothing in it comes from the generated code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace tenon::delivery {

namespace json = boost::json;

// A user of the app under check. `actor` is the word a check uses ("admin", "member2", a staff role), `role` the app's.
struct Account {
  std::string actor;
  std::string email;
  std::string password;
  std::string role;
};

struct SubjectField {
  std::string name;         // as in forms and JSON
  bool takes_text = false;  // string or text: any words
  bool is_searched = false;
  bool is_required = false;
  std::optional<std::int64_t> max_length;
};

// Valid values satisfy every rule of the entity; they may hold placeholders (valid_values.h).
struct SubjectEntity {
  std::string name;
  std::string slug;
  std::string access;  // catalog inbox private internal
  std::string title_field;
  std::vector<SubjectField> fields;
  json::object valid;
  json::object valid2;
  std::vector<std::string> managers;  // actors of the staff that manages it; admin always does
  bool is_editable = true;            // false: records are written once (stock movements)

  const SubjectField* field(std::string_view field_name) const;
};

struct Subject {
  std::string kind;                            // web api static
  std::string origin = "http://app.internal";  // scheme and host (and port); only sent when there is a unix_socket
  std::string unix_socket;
  std::vector<Account> accounts;
  std::vector<SubjectEntity> entities;
  std::vector<std::string> staff_roles;
  bool has_accounts = false;  // visitors may register as members

  const SubjectEntity* entity(std::string_view entity_name) const;
  const Account* account(std::string_view actor) const;
  // The actor of a check made definite: "staff" is the role that manages the entity, else the first role, else admin.
  std::string actor_for(std::string_view actor, std::string_view entity_name) const;
};

// Users with fresh random passwords: admin, one for each staff role, and so many members ("member", "member2", …), for
// apps where nobody can register by a page. The passwords are registered as secrets.
std::vector<Account> make_accounts(const std::vector<std::string>& staff_roles, std::size_t members);

// The value of BOOTSTRAP_USERS for those accounts.
std::string bootstrap_users(const std::vector<Account>& accounts);

}  // namespace tenon::delivery
