#include "delivery/harness/subject.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/algorithm/string/case_conv.hpp>

#include "core/ids.h"
#include "core/redact.h"

namespace tenon::delivery {

const SubjectField* SubjectEntity::field(std::string_view field_name) const {
  const auto found = std::ranges::find(fields, field_name, &SubjectField::name);
  return found == fields.end() ? nullptr : &*found;
}

const SubjectEntity* Subject::entity(std::string_view entity_name) const {
  const auto found = std::ranges::find(entities, entity_name, &SubjectEntity::name);
  return found == entities.end() ? nullptr : &*found;
}

const Account* Subject::account(std::string_view actor) const {
  const auto found = std::ranges::find(accounts, actor, &Account::actor);
  return found == accounts.end() ? nullptr : &*found;
}

std::string Subject::actor_for(std::string_view actor, std::string_view entity_name) const {
  if (actor != "staff" || account(actor) != nullptr) return std::string(actor);
  if (const SubjectEntity* about = entity(entity_name); about != nullptr && !about->managers.empty()) {
    return about->managers.front();
  }
  return staff_roles.empty() ? "admin" : staff_roles.front();
}

std::vector<Account> make_accounts(const std::vector<std::string>& staff_roles, std::size_t members) {
  std::vector<Account> accounts;
  const auto add = [&](const std::string& actor, const std::string& role) {
    const std::string token = boost::to_lower_copy(new_ulid());
    // Letters of both cases, digits and a sign: enough for any rule of passwords.
    Account account{.actor = actor,
                    .email = fmt::format("{}-{}@example.com", actor, token.substr(16)),
                    .password = fmt::format("Pw-{}-{}", new_ulid(), token),
                    .role = role};
    remember_secret(account.password);
    accounts.push_back(std::move(account));
  };
  add("admin", "admin");
  for (const std::string& role : staff_roles) add(role, role);
  for (std::size_t i = 1; i <= members; ++i) add(i == 1 ? "member" : fmt::format("member{}", i), "member");
  return accounts;
}

std::string bootstrap_users(const std::vector<Account>& accounts) {
  json::array users;
  for (const Account& account : accounts) {
    users.push_back({{"email", account.email}, {"password", account.password}, {"role", account.role}});
  }
  return json::serialize(users);
}

}  // namespace tenon::delivery
