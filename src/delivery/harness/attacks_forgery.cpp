// State is changed only from the app's own pages (OWASP, cross-site request forgery): every form that posts, found by
// walking the pages of each kind of visitor, is sent without its token, with a wrong one, and with another visitor's.
#include "delivery/harness/attack.h"

namespace tenon::delivery {
namespace {

constexpr const char* kTokenField = "csrf_token";

struct FoundForm {
  std::string actor;
  std::string path;  // of the page
  std::string action;
  FormValues values;  // without the token
  std::string token;
};

// Two forms that differ only in the record they are for are one.
std::string shape_of(const std::string& action) {
  std::string shape;
  for (const char c : action) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit) shape += c;
    if (digit && !shape.ends_with('#')) shape += '#';
  }
  return shape;
}

class FormSearch {
 public:
  explicit FormSearch(Arena& arena) : arena_(arena) {}

  Task<std::vector<FoundForm>> run() {
    co_await visit("anonymous", {"/", "/login"});
    for (const SubjectEntity& entity : arena_.subject().entities) {
      if (entity.access == "inbox") co_await visit("anonymous", {"/" + entity.slug + "/new"});
    }
    co_await visit("admin", {"/admin", "/admin/users"});
    for (const SubjectEntity& entity : arena_.subject().entities) {
      const std::string list = "/admin/" + entity.slug;
      const std::string id = co_await arena_.any_id(entity);
      co_await visit("admin", {list, list + "/new", id.empty() ? list : list + "/" + id});
    }
    if (arena_.subject().has_accounts) {
      co_await visit("anonymous", {"/register"});
      co_await visit("member", {"/account"});
    }
    for (const SubjectEntity* entity : arena_.with_access("private")) {
      const ProbeRecord record = co_await arena_.create(*entity, {}, "");
      const std::string list = "/account/" + entity->slug;
      co_await visit("member", {list, list + "/new", record.id.empty() ? list : list + "/" + record.id});
    }
    co_return std::move(forms_);
  }

 private:
  Task<void> visit(std::string actor, std::vector<std::string> paths) {
    Browser browser = co_await arena_.as(actor);
    for (const std::string& path : paths) {
      const Answer answer = co_await browser.get(path);
      if (answer.status == 200 && answer.is_html()) collect(actor, path, answer);
    }
  }

  void collect(const std::string& actor, const std::string& path, const Answer& answer) {
    for (const HtmlForm& form : read_html(answer.body).forms) {
      if (form.method != "post") continue;
      FoundForm found;
      found.actor = actor;
      found.path = path;
      found.action = form.action.starts_with('/') ? form.action : path;
      if (!seen_.insert(actor + " " + shape_of(found.action)).second) continue;
      for (auto& value : form.defaults()) {
        if (value.first == kTokenField) {
          found.token = value.second;
        } else {
          found.values.push_back(std::move(value));
        }
      }
      if (found.token.empty()) {
        arena_.found("A form that posts carries no token", answer,
                     "a hidden input csrf_token in the form for " + found.action);
      }
      forms_.push_back(std::move(found));
    }
  }

  Arena& arena_;
  std::set<std::string> seen_;
  std::vector<FoundForm> forms_;
};

Task<Answer> send_with(Arena& arena, const FoundForm& form, std::string token) {
  Browser browser = co_await arena.as(form.actor);
  // The page first, so that every cookie is there that a token could belong to.
  co_await browser.get(form.path);
  FormValues values = form.values;
  if (!token.empty()) values.emplace_back(kTokenField, std::move(token));
  Answer answer = co_await browser.post_form(form.action, std::move(values));
  co_return answer;
}

bool has_forms(Arena& arena) {
  if (!arena.has_pages()) arena.skip("the app has no forms that post");
  return arena.has_pages();
}

Task<void> missing_token(Arena& arena) {
  if (!has_forms(arena)) co_return;
  FormSearch search(arena);
  const std::vector<FoundForm> forms = co_await search.run();
  for (const FoundForm& form : forms) {
    const Answer answer = co_await send_with(arena, form, "");
    arena.expect(answer, {403}, "A form works without its token");
  }
}

Task<void> wrong_token(Arena& arena) {
  if (!has_forms(arena)) co_return;
  FormSearch search(arena);
  const std::vector<FoundForm> forms = co_await search.run();
  std::string foreign;
  for (const FoundForm& form : forms) {
    if (form.actor == "anonymous" && !form.token.empty()) foreign = form.token;
  }
  for (const FoundForm& form : forms) {
    // The other visitor's token comes from another browser with other cookies.
    for (const std::string& token : {std::string(64, 'a'), foreign}) {
      const Answer answer = co_await send_with(arena, form, token);
      arena.expect(answer, {403}, "A form works with a token that is not its own");
    }
  }
}

}  // namespace

std::vector<Attack> forgery_attacks() {
  return {
      {.id = "csrf-missing", .title = "No form changes anything without its token", .run = missing_token},
      {.id = "csrf-wrong", .title = "No form changes anything with a token that is not its own", .run = wrong_token},
  };
}

}  // namespace tenon::delivery
