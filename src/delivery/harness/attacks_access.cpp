// Who reaches what (OWASP A01:2021, broken access control), against the access table of the golden paths.
#include "delivery/harness/attack.h"

namespace tenon::delivery {
namespace {

const std::set<int> kKeptOut{302, 303, 401, 403, 404, 405};
const std::set<int> kForbidden{403, 404};
const std::set<int> kNoToken{401, 403};
const std::set<int> kNotTheirs{403, 404, 405};
const std::set<int> kClosed{401, 403, 405};

struct Target {
  std::string path;
  const SubjectEntity* entity = nullptr;
};

// The pages of the administration; `id` of an entity's record where there is one.
Task<std::vector<Target>> admin_pages(Arena& arena) {
  std::vector<Target> pages{{.path = "/admin"}, {.path = "/admin/users"}};
  for (const SubjectEntity& entity : arena.subject().entities) {
    const std::string list = "/admin/" + entity.slug;
    const std::string id = co_await arena.any_id(entity);
    pages.push_back({.path = list, .entity = &entity});
    pages.push_back({.path = list + "/new", .entity = &entity});
    if (!id.empty()) pages.push_back({.path = list + "/" + id, .entity = &entity});
  }
  co_return pages;
}

bool leads_to_login(const Answer& answer) {
  const bool redirects = answer.status == 302 || answer.status == 303;
  return !redirects || answer.header("location").find("/login") != std::string::npos;
}

void expect_kept_out(Arena& arena, const Answer& answer, const std::string& title) {
  arena.expect(answer, kKeptOut, title);
  if (!leads_to_login(answer)) arena.found(title, answer, "a redirect to the sign-in page");
}

// What a stranger needs to send any form: a cookie and the token that belongs to it.
Task<std::string> csrf_token(Browser& browser, std::string path) {
  const Answer answer = co_await browser.get(std::move(path));
  for (const HtmlForm& form : read_html(answer.body).forms) {
    if (const HtmlField* field = form.field("csrf_token")) co_return field->value;
  }
  co_return "";
}

Task<Answer> post_with_token(Arena& arena, Browser& browser, const SubjectEntity& entity, std::string path,
                             std::string token) {
  FormValues values = co_await arena.form_values(entity, {});
  values.emplace_back("csrf_token", std::move(token));
  Answer answer = co_await browser.post_form(std::move(path), std::move(values));
  co_return answer;
}

Task<void> admin_anonymous(Arena& arena) {
  if (!arena.has_pages()) co_return arena.skip("the app has no pages behind a sign-in");
  const std::vector<Target> pages = co_await admin_pages(arena);
  Browser stranger = co_await arena.as("anonymous");
  const std::string token = co_await csrf_token(stranger, "/login");
  for (const Target& page : pages) {
    const Answer answer = co_await stranger.get(page.path);
    expect_kept_out(arena, answer, "Anyone can open a page of the administration");
  }
  for (const SubjectEntity& entity : arena.subject().entities) {
    const Answer answer = co_await post_with_token(arena, stranger, entity, "/admin/" + entity.slug + "/new", token);
    expect_kept_out(arena, answer, "Anyone can add records in the administration");
  }
}

Task<void> account_anonymous(Arena& arena) {
  const auto owned = arena.with_access("private");
  if (!arena.has_pages() || owned.empty()) co_return arena.skip("the app has no member accounts with pages");
  Browser stranger = co_await arena.as("anonymous");
  const Answer area = co_await stranger.get("/account");
  expect_kept_out(arena, area, "Anyone can open the account area");
  for (const SubjectEntity* entity : owned) {
    const std::string list = "/account/" + entity->slug;
    for (const std::string& path : {list, list + "/new", list + "/1"}) {
      const Answer answer = co_await stranger.get(path);
      expect_kept_out(arena, answer, "Anyone can open an account page");
    }
  }
}

Task<void> api_anonymous(Arena& arena) {
  if (!arena.has_api() || arena.subject().entities.empty()) co_return arena.skip("the app has no API");
  Visitor forger;
  forger.actor = "a forged token";
  forger.bearer = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.";
  for (const SubjectEntity& entity : arena.subject().entities) {
    const std::string list = "/api/v1/" + entity.slug;
    std::string id = co_await arena.any_id(entity);
    if (id.empty()) id = "1";
    const json::object values = co_await arena.json_values(entity, {});
    Browser stranger = co_await arena.as("anonymous");
    if (entity.access != "catalog") {
      const Answer read = co_await stranger.get(list);
      arena.expect(read, kNoToken, "Anyone can read closed records through the API");
      const Answer one = co_await stranger.get(list + "/" + id);
      arena.expect(one, kNoToken, "Anyone can read a closed record through the API");
    }
    // Visitors of a website may send in what an inbox takes.
    if (!(arena.has_pages() && entity.access == "inbox")) {
      const Answer made = co_await stranger.send_json("POST", list, values);
      arena.expect(made, kNoToken, "Anyone can add records through the API");
    }
    const Answer changed = co_await stranger.send_json("PATCH", list + "/" + id, values);
    arena.expect(changed, kClosed, "Anyone can change records through the API");
    Call removal;
    removal.method = "DELETE";
    removal.path = list + "/" + id;
    const Answer removed = co_await stranger.send(removal);
    arena.expect(removed, kNoToken, "Anyone can delete records through the API");
    Browser forging(arena.wire(), forger);
    const Answer forged = co_await forging.send(removal);
    arena.expect(forged, kNoToken, "The API accepts a forged token");
  }
}

// What somebody without a right to them can do with records through the API. Everybody reads catalogs and may send in
// what an inbox takes.
Task<void> expect_closed(Arena& arena, Browser& client, const SubjectEntity& entity, std::string who) {
  const std::string list = "/api/v1/" + entity.slug;
  if (entity.access != "catalog") {
    const Answer read = co_await client.get(list);
    arena.expect(read, kForbidden, fmt::format("Through the API {} can read what only staff may", who));
  }
  if (entity.access != "inbox") {
    json::object values = co_await arena.json_values(entity, {});
    const Answer made = co_await client.send_json("POST", list, std::move(values));
    arena.expect(made, kForbidden, fmt::format("Through the API {} can add what only staff may", who));
  }
}

Task<void> admin_member(Arena& arena) {
  if (!arena.subject().has_accounts) co_return arena.skip("the app has no members");
  if (arena.has_pages()) {
    const std::vector<Target> pages = co_await admin_pages(arena);
    Browser member = co_await arena.as("member");
    const std::string token = co_await csrf_token(member, "/account");
    for (const Target& page : pages) {
      const Answer answer = co_await member.get(page.path);
      arena.expect(answer, kForbidden, "A member can open a page of the administration");
    }
    for (const SubjectEntity& entity : arena.subject().entities) {
      const Answer answer = co_await post_with_token(arena, member, entity, "/admin/" + entity.slug + "/new", token);
      arena.expect(answer, kForbidden, "A member can add records in the administration");
    }
  }
  Browser client = co_await arena.as("token:member");
  for (const SubjectEntity& entity : arena.subject().entities) {
    if (entity.access != "private") co_await expect_closed(arena, client, entity, "a member");
  }
}

Task<void> users_staff(Arena& arena) {
  if (arena.subject().staff_roles.empty()) co_return arena.skip("the app has no staff roles beside the administrator");
  for (const std::string& role : arena.subject().staff_roles) {
    const auto may_not = [&](const SubjectEntity& entity) {
      return std::ranges::find(entity.managers, role) == entity.managers.end();
    };
    if (arena.has_pages()) {
      Browser staff = co_await arena.as(role);
      const Answer users = co_await staff.get("/admin/users");
      arena.expect(users, kForbidden, "Staff can open the list of users");
      for (const SubjectEntity& entity : arena.subject().entities) {
        if (!may_not(entity)) continue;
        const Answer answer = co_await staff.get("/admin/" + entity.slug);
        arena.expect(answer, kForbidden, "Staff can open records that their role does not manage");
      }
    }
    Browser client = co_await arena.as("token:" + role);
    for (const SubjectEntity& entity : arena.subject().entities) {
      if (may_not(entity) && entity.access != "private") co_await expect_closed(arena, client, entity, "other staff");
    }
  }
}

Task<void> foreign_page(Arena& arena) {
  const auto owned = arena.with_access("private");
  if (!arena.has_pages() || owned.empty()) co_return arena.skip("the app keeps no records of members with pages");
  for (const SubjectEntity* entity : owned) {
    const ProbeRecord record = co_await arena.create(*entity, {}, "");
    if (record.id.empty()) {
      arena.found("A member cannot add a record", record.answer, "status 201");
      continue;
    }
    const std::string path = "/account/" + entity->slug + "/" + record.id;
    Browser other = co_await arena.as("member2");
    const std::string token = co_await csrf_token(other, "/account");
    const Answer read = co_await other.get(path);
    arena.expect(read, kNotTheirs, "A member can open another member's record");
    const Answer changed = co_await post_with_token(arena, other, *entity, path, token);
    arena.expect(changed, kNotTheirs, "A member can change another member's record");
    FormValues values;
    values.emplace_back("csrf_token", token);
    const Answer removed = co_await other.post_form(path + "/delete", std::move(values));
    arena.expect(removed, kNotTheirs, "A member can delete another member's record");
    Browser owner = co_await arena.as("member");
    const Answer kept = co_await owner.get(path);
    arena.expect(kept, {200}, "A member's record is gone after an attack");
  }
}

Task<void> foreign_api(Arena& arena) {
  const auto owned = arena.with_access("private");
  if (owned.empty()) co_return arena.skip("the app keeps no records of members");
  for (const SubjectEntity* entity : owned) {
    const ProbeRecord record = co_await arena.create(*entity, {}, "");
    if (record.id.empty()) {
      arena.found("A member cannot add a record", record.answer, "status 201");
      continue;
    }
    const std::string path = "/api/v1/" + entity->slug + "/" + record.id;
    Browser other = co_await arena.as("token:member2");
    const Answer read = co_await other.get(path);
    arena.expect(read, kNotTheirs, "A member can read another member's record through the API");
    json::object values = co_await arena.json_values(*entity, {});
    const Answer changed = co_await other.send_json("PATCH", path, std::move(values));
    arena.expect(changed, kNotTheirs, "A member can change another member's record through the API");
    Call removal;
    removal.method = "DELETE";
    removal.path = path;
    const Answer removed = co_await other.send(removal);
    arena.expect(removed, kNotTheirs, "A member can delete another member's record through the API");
    Browser owner = co_await arena.as("token:member");
    const Answer kept = co_await owner.get(path);
    arena.expect(kept, {200}, "A member's record is gone after an attack");
  }
}

}  // namespace

std::vector<Attack> access_attacks() {
  return {
      {.id = "admin-anonymous",
       .title = "Nobody reaches the administration without signing in",
       .run = admin_anonymous},
      {.id = "account-anonymous", .title = "Nobody reaches an account without signing in", .run = account_anonymous},
      {.id = "api-anonymous", .title = "The API gives and takes nothing closed without a token", .run = api_anonymous},
      {.id = "admin-member", .title = "Members do not reach what only staff may", .run = admin_member},
      {.id = "users-staff", .title = "Staff reach only what their role manages", .run = users_staff},
      {.id = "foreign-page", .title = "Members do not reach records of others by pages", .run = foreign_page},
      {.id = "foreign-api", .title = "Members do not reach records of others by the API", .run = foreign_api},
  };
}

}  // namespace tenon::delivery
