// Passwords cannot be tried one after the other (OWASP A07:2021). Comes last: it locks a sign-in.
#include "delivery/harness/attack.h"

namespace tenon::delivery {
namespace {

constexpr int kMostGuesses = 30;

Task<Answer> guess(Arena& arena, std::string email, std::string password) {
  Browser stranger = co_await arena.as("anonymous");
  if (!arena.has_pages()) {
    json::object credentials;
    credentials.emplace("email", email);
    credentials.emplace("password", password);
    Answer answer = co_await stranger.send_json("POST", "/api/v1/token", std::move(credentials));
    co_return answer;
  }
  FormEntry entry;
  entry.values.emplace_back("email", std::move(email));
  entry.values.emplace_back("password", std::move(password));
  Answer answer = co_await stranger.submit("/login", std::move(entry));
  co_return answer;
}

Task<void> login_limit(Arena& arena) {
  const Account* account = arena.subject().account("admin");
  if (!arena.has_api() || account == nullptr) co_return arena.skip("nobody can sign in");
  Answer answer;
  for (int i = 0; i < kMostGuesses && answer.status != 429; ++i) {
    answer = co_await guess(arena, account->email, fmt::format("wrong-{}", i));
    if (answer.status == 0) break;
  }
  if (answer.status != 429) {
    arena.found("Passwords can be tried without end", answer,
                fmt::format("status 429 within {} wrong passwords", kMostGuesses));
    co_return;
  }
  if (answer.header("retry-after").empty())
    arena.found("A locked sign-in does not say for how long", answer, "a Retry-After header");
  const Answer right = co_await guess(arena, account->email, account->password);
  arena.expect(right, {429}, "The right password still works while guessing is locked, so guessing goes on");
}

}  // namespace

std::vector<Attack> guessing_attacks() {
  return {{.id = "login-limit", .title = "Trying passwords is slowed down", .run = login_limit}};
}

}  // namespace tenon::delivery
