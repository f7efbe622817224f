// State is changed only from the app's own pages (OWASP, cross-site request forgery): every form that posts is sent
// without its token, with a wrong one, and with another visitor's.
#include "delivery/harness/attack.h"

namespace tenon::delivery {
namespace {

// Sends a form as somebody who has every cookie that a token could belong to.
Task<Answer> send_with(Arena& arena, const FoundForm& form, std::string token) {
  Browser browser = co_await arena.as(form.actor);
  if (form.actor == "anonymous") co_await browser.get(form.path);
  FormValues values = form.values;
  if (!token.empty()) values.emplace_back(kCsrfField, std::move(token));
  Answer answer = co_await browser.post_form(form.action, std::move(values));
  co_return answer;
}

Task<void> missing_token(Arena& arena) {
  if (!arena.has_pages()) co_return arena.skip("the app has no forms that post");
  const std::vector<FoundForm> forms = co_await arena.forms();
  for (const FoundForm& form : forms) {
    if (form.token.empty()) {
      arena.found("A form that posts carries no token",
                  no_answer("GET " + form.path + " as " + form.actor, "no such input"),
                  "a hidden input csrf_token in the form for " + form.action);
    }
    const Answer answer = co_await send_with(arena, form, "");
    arena.expect(answer, {403}, "A form works without its token");
  }
}

Task<void> wrong_token(Arena& arena) {
  if (!arena.has_pages()) co_return arena.skip("the app has no forms that post");
  const std::vector<FoundForm> forms = co_await arena.forms();
  std::string foreign(64, 'a');
  for (const FoundForm& form : forms) {
    const Answer answer = co_await send_with(arena, form, foreign);
    arena.expect(answer, {403}, "A form works with a token that is not its own");
    // The next form gets this one's token, which belongs to another visitor or to another visit.
    if (form.actor == "anonymous" && !form.token.empty()) foreign = form.token;
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
