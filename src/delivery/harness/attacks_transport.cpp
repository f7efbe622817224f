// What browsers are told and what the server gives away: headers, cookies, redirects, files.
#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>

#include "delivery/harness/attack.h"

namespace tenon::delivery {
namespace {

struct View {
  std::string actor;
  std::string path;
};

void expect_headers(Arena& arena, const Answer& answer) {
  const auto object = [&](const std::string& name, const std::string& expected) {
    const std::string value = answer.header(name);
    arena.found("A security header is missing or weak",
                no_answer(answer.request, value.empty() ? "no " + name : name + ": " + value), expected);
  };
  if (!boost::iequals(answer.header("x-content-type-options"), "nosniff")) object("X-Content-Type-Options", "nosniff");
  if (!arena.has_pages()) return;
  const std::string policy = boost::to_lower_copy(answer.header("content-security-policy"));
  const bool sources = policy.find("default-src") != policy.npos || policy.find("script-src") != policy.npos;
  const bool unsafe = policy.find("unsafe-inline") != policy.npos || policy.find("unsafe-eval") != policy.npos;
  if (!sources || unsafe)
    object("Content-Security-Policy", "sources for scripts, without unsafe-inline and unsafe-eval");
  const bool unframed = policy.find("frame-ancestors") != policy.npos || !answer.header("x-frame-options").empty();
  if (!unframed) object("X-Frame-Options", "frame-ancestors or X-Frame-Options");
  if (answer.header("referrer-policy").empty()) object("Referrer-Policy", "a policy");
}

Task<void> headers(Arena& arena) {
  if (!arena.has_api()) co_return arena.skip("headers belong to the server that publishes the files");
  std::vector<View> views{{.actor = "anonymous", .path = "/healthz"}, {.actor = "anonymous", .path = "/no-such-page"}};
  if (arena.has_pages()) {
    views.push_back({.actor = "anonymous", .path = "/"});
    views.push_back({.actor = "anonymous", .path = "/login"});
    views.push_back({.actor = "admin", .path = "/admin"});
  }
  for (const SubjectEntity& entity : arena.subject().entities) {
    if (arena.has_pages() && entity.access == "catalog")
      views.push_back({.actor = "anonymous", .path = "/" + entity.slug});
    views.push_back({.actor = "token:admin", .path = "/api/v1/" + entity.slug});
  }
  for (const View& view : views) {
    Browser browser = co_await arena.as(view.actor);
    const Answer answer = co_await browser.get(view.path);
    if (answer.status == 0) arena.found("The app does not answer", answer, "an answer");
    if (answer.status != 0) expect_headers(arena, answer);
  }
}

Task<void> cookies(Arena& arena) {
  if (!arena.has_pages()) co_return arena.skip("the app sets no cookies");
  const Entrance admin = co_await arena.actors().enter_anew("admin", arena.wire());
  if (!admin) throw AttackBlocked{admin.error()};
  for (const std::string& cookie : arena.wire().cookies_set()) {
    const std::size_t end = cookie.find(';');
    const std::string attributes = end == cookie.npos ? "" : boost::to_lower_copy(cookie.substr(end));
    const bool same_site =
        attributes.find("samesite=lax") != attributes.npos || attributes.find("samesite=strict") != attributes.npos;
    if (attributes.find("httponly") == attributes.npos || !same_site) {
      const std::string name = cookie.substr(0, cookie.find('='));
      arena.found("A cookie can be read by scripts or sent from other sites",
                  no_answer("Set-Cookie of " + name, attributes.empty() ? "no attributes" : attributes),
                  "HttpOnly and SameSite=Lax or Strict");
    }
  }
  // A copy of the cookies must be worth nothing once their owner has left.
  Browser leaving(arena.wire(), *admin);
  const Answer before = co_await leaving.get("/admin");
  arena.expect(before, {200}, "Signing in does not open the administration");
  const HtmlPage page = read_html(before.body);
  for (const HtmlForm& form : page.forms) {
    if (form.method != "post" || form.action != "/logout") continue;
    co_await leaving.post_form("/logout", form.defaults());
    Browser thief(arena.wire(), *admin);
    const Answer after = co_await thief.get("/admin");
    arena.expect(after, {302, 303, 401, 403}, "Cookies still work after signing out");
    co_return;
  }
  arena.found("Nobody can sign out", before, "a form that posts to /logout");
}

bool leaves_the_site(const std::string& location) {
  std::string target;
  // Browsers drop control characters and read a backslash as a slash.
  for (const char c : location) {
    if (static_cast<unsigned char>(c) > 0x20) target += c == '\\' ? '/' : c;
  }
  return !target.starts_with('/') || target.starts_with("//");
}

Task<void> open_redirect(Arena& arena) {
  if (!arena.has_pages()) co_return arena.skip("the app has no sign-in page");
  const Account* account = arena.subject().account("admin");
  if (account == nullptr) co_return arena.skip("there is no account to sign in with");
  const std::vector<std::string> targets{"https://evil.example/", "//evil.example/", "/\\evil.example/"};
  for (const std::string& target : targets) {
    Browser browser = co_await arena.as("anonymous");
    FormEntry entry;
    entry.values.emplace_back("email", account->email);
    entry.values.emplace_back("password", account->password);
    const Answer answer = co_await browser.submit("/login?next=" + encode_value(target), std::move(entry));
    const bool redirects = answer.status == 302 || answer.status == 303;
    if (redirects && leaves_the_site(answer.header("location"))) {
      arena.found("Signing in leads to another site", answer, "a redirect within the site");
    }
    if (!redirects && answer.status != 400 && answer.status != 422) {
      arena.found("Signing in fails", answer, "a redirect within the site");
    }
  }
}

Task<void> path_traversal(Arena& arena) {
  const std::vector<std::string> climbs{"/static/../../../../../../etc/passwd",
                                        "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                                        "/static/..%2f..%2f..%2f..%2f..%2fetc/passwd",
                                        "/static//etc/passwd",
                                        "/../../../../../../etc/passwd",
                                        "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                                        "/static/..%5c..%5c..%5cetc%5cpasswd"};
  const std::vector<std::string> hidden{"/.env",
                                        "/.git/config",
                                        "/.git/HEAD",
                                        "/static/../main.py",
                                        "/static/%2e%2e/main.py",
                                        "/static/..%2fmain.py",
                                        "/app/main.py",
                                        "/data/app.db",
                                        "/static/../../data/app.db"};
  Browser stranger = co_await arena.as("anonymous");
  for (const std::string& path : climbs) {
    const Answer answer = co_await stranger.get(path);
    if (answer.body.find("root:") != std::string::npos)
      arena.found("A file of the machine can be read", answer, "status 404");
  }
  for (const std::string& path : hidden) {
    const Answer answer = co_await stranger.get(path);
    if (answer.status == 200 && !answer.is_html())
      arena.found("A file that is not published can be read", answer, "status 404");
  }
}

}  // namespace

std::vector<Attack> transport_attacks() {
  return {
      {.id = "headers", .title = "Every answer carries the security headers", .run = headers},
      {.id = "cookies",
       .title = "Cookies are out of reach of scripts and other sites, and end with the sign-in",
       .run = cookies},
      {.id = "open-redirect", .title = "Signing in never leads to another site", .run = open_redirect},
      {.id = "path-traversal", .title = "No file can be read that is not published", .run = path_traversal},
  };
}

}  // namespace tenon::delivery
