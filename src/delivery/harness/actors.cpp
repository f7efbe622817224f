#include "delivery/harness/actors.h"

#include <boost/algorithm/string/case_conv.hpp>

#include "core/error.h"
#include "core/ids.h"
#include "core/json.h"
#include "core/redact.h"
#include "delivery/harness/lanes.h"

namespace tenon::delivery {
namespace {

constexpr std::string_view kTokenPrefix = "token:";

Entrance failed(const Answer& answer, std::string expected) {
  return std::unexpected(
      SignInFailure{.request = answer.request, .expected = std::move(expected), .got = answer.excerpt()});
}

bool is_redirect(const Answer& answer) { return answer.status == 302 || answer.status == 303; }

Account new_member(const std::string& actor) {
  Account member = make_accounts({}, 1).back();
  member.actor = actor;
  return member;
}

// Every page words its fields in its own way; what is asked for is told by the type of the input first.
FormEntry credentials(const HtmlForm& form, const Account& account) {
  FormEntry entry;
  for (const HtmlField& field : form.fields) {
    const std::string name = boost::to_lower_copy(field.name);
    if (field.type == "password") {
      entry.values.emplace_back(field.name, account.password);
    } else if (field.type == "email" || name.find("email") != name.npos || name.find("user") != name.npos) {
      entry.values.emplace_back(field.name, account.email);
    } else if (field.type == "checkbox" && field.required) {
      entry.values.emplace_back(field.name, "true");
    } else if (field.type == "text" && field.value.empty()) {
      entry.values.emplace_back(field.name, "Probe Member");
    }
  }
  return entry;
}

const HtmlForm* form_with_password(const HtmlPage& page) {
  for (const HtmlForm& form : page.forms) {
    const auto is_password = [](const HtmlField& field) { return field.type == "password"; };
    if (form.method == "post" && std::ranges::any_of(form.fields, is_password)) return &form;
  }
  return nullptr;
}

// Fills the form for a password on the page and sends it.
Task<Answer> send_credentials(Browser& browser, std::string path, Account account) {
  Answer fetched = co_await browser.get(path);
  if (fetched.status != 200) co_return fetched;
  const HtmlPage page = read_html(fetched.body);
  const HtmlForm* form = form_with_password(page);
  if (form == nullptr) co_return no_answer(fetched.request, "a page without a form for a password");
  auto call = fill_form(page, path, credentials(*form, account));
  if (!call) co_return no_answer(fetched.request, call.error());
  Answer answer = co_await browser.send(std::move(*call));
  co_return answer;
}

}  // namespace

const Account* Actors::account(const std::string& actor) const {
  const auto found = registered_.find(actor);
  return found == registered_.end() ? subject_.account(actor) : &found->second;
}

Task<Entrance> Actors::enter(std::string actor, Wire& wire) {
  if (const auto known = entered_.find(actor); known != entered_.end()) co_return known->second;
  Entrance entrance = co_await enter_anew(actor, wire);
  entered_.insert_or_assign(actor, entrance);
  co_return entrance;
}

Task<void> Actors::admit(std::set<std::string> actors, io::HttpClient& client, WireLimits limits, std::uint32_t lanes) {
  std::vector<std::string> waiting;
  const std::function<Task<void>()> work = [&]() -> Task<void> { return admit_waiting(waiting, client, limits); };
  // People first: a member's token needs the account that registering makes.
  for (const bool clients : {false, true}) {
    for (const std::string& actor : actors) {
      if (actor.starts_with(kTokenPrefix) == clients) waiting.push_back(actor);
    }
    co_await in_lanes(lanes, work);
  }
}

Task<void> Actors::admit_waiting(std::vector<std::string>& waiting, io::HttpClient& client, WireLimits limits) {
  Wire wire(client, subject_, limits);
  while (!waiting.empty()) {
    const std::string actor = std::move(waiting.back());
    waiting.pop_back();
    co_await enter(actor, wire);
  }
}

Task<Entrance> Actors::enter_anew(std::string actor, Wire& wire) {
  if (actor == "anonymous") co_return Visitor{};
  if (actor.starts_with(kTokenPrefix)) {
    Entrance client = co_await fetch_token(actor.substr(kTokenPrefix.size()), wire);
    co_return client;
  }
  if (const Account* known = account(actor); known != nullptr) {
    Entrance person = co_await sign_in(*known, wire);
    co_return person;
  }
  if (!subject_.has_accounts || subject_.kind != "web") {
    co_return std::unexpected(SignInFailure{.request = "sign-in as " + actor,
                                            .expected = "an actor of this app",
                                            .got = "nobody of that name has an account, and nobody can register"});
  }
  Entrance member = co_await register_member(actor, wire);
  co_return member;
}

Task<Entrance> Actors::sign_in(Account account, Wire& wire) {
  Visitor newcomer;
  newcomer.actor = account.actor;
  Browser browser(wire, std::move(newcomer));
  const Answer answer = co_await send_credentials(browser, "/login", account);
  if (!is_redirect(answer) || answer.header("location").starts_with("/login")) {
    co_return failed(answer, "a redirect after signing in with the right password");
  }
  co_return browser.visitor();
}

Task<Entrance> Actors::register_member(std::string actor, Wire& wire) {
  const Account member = new_member(actor);
  Visitor newcomer;
  newcomer.actor = actor;
  Browser browser(wire, std::move(newcomer));
  const Answer answer = co_await send_credentials(browser, "/register", member);
  if (!is_redirect(answer)) co_return failed(answer, "a redirect after registering");
  registered_.insert_or_assign(actor, member);
  if (!answer.header("location").starts_with("/login")) co_return browser.visitor();
  Entrance person = co_await sign_in(member, wire);
  co_return person;
}

Task<Entrance> Actors::fetch_token(std::string actor, Wire& wire) {
  if (account(actor) == nullptr) {
    const Entrance person = co_await enter(actor, wire);
    if (!person) co_return person;
  }
  const Account owner = *account(actor);
  Visitor client;
  client.actor = std::string(kTokenPrefix) + actor;
  Browser browser(wire, client);
  json::object body;
  body.emplace("email", owner.email);
  body.emplace("password", owner.password);
  const Answer answer = co_await browser.send_json("POST", "/api/v1/token", std::move(body));
  boost::system::error_code broken;
  const json::value content = json::parse(answer.body, broken);
  const json::value* token = broken ? nullptr : content.find_pointer("/access_token", broken);
  if (answer.status != 200 || token == nullptr || !token->is_string()) {
    co_return failed(answer, "200 with an access_token");
  }
  client.bearer = std::string(token->get_string());
  remember_secret(client.bearer);
  co_return client;
}

}  // namespace tenon::delivery
