// Markup that people type is shown as text, never becomes part of a page (OWASP A03:2021, cross-site scripting). A page
// is parsed; what was typed must not have become an element, an attribute or code.
#include "delivery/harness/attack.h"

namespace tenon::delivery {
namespace {

// The longest form of the payload that fits: it breaks out of an attribute and of text, then runs code.
std::string payload_for(const std::string& marker, std::optional<std::int64_t> limit) {
  const std::vector<std::string> forms{
      fmt::format("\"'><i {0}></i><script>{0}()</script>", marker),
      fmt::format("\"'><i {}>", marker),
      fmt::format("<i {}>", marker),
  };
  for (const std::string& form : forms) {
    if (!limit || form.size() <= static_cast<std::size_t>(*limit)) return form;
  }
  return "";
}

bool carries(const HtmlElement& element, const std::string& marker) {
  if (element.has(marker)) return true;
  return (element.name == "script" || element.name == "style") && element.raw.find(marker) != std::string::npos;
}

void expect_no_markup(Arena& arena, const Answer& answer, const std::string& marker) {
  if (answer.status == 0 || !answer.is_html()) return;
  for (const HtmlElement& element : read_html(answer.body).elements) {
    if (!carries(element, marker)) continue;
    Answer shown = answer;
    const std::size_t at = answer.body.find(marker);
    shown.body = answer.body.substr(at < 60 ? 0 : at - 60, 200);
    shown.headers = {{.name = "content-type", .value = "text/plain"}};
    arena.found("Typed markup becomes part of the page", shown, "the markup escaped as text");
    return;
  }
}

std::map<std::string, std::string> payloads(const SubjectEntity& entity, const std::string& marker) {
  std::map<std::string, std::string> changes;
  for (const SubjectField& field : entity.fields) {
    const std::string payload = field.takes_text ? payload_for(marker, field.max_length) : "";
    if (!payload.empty()) changes.emplace(field.name, payload);
  }
  return changes;
}

struct View {
  std::string actor;
  std::string path;
};

// Every page on which the record may stand.
std::vector<View> views_of(const SubjectEntity& entity, const ProbeRecord& record, const std::string& marker) {
  std::vector<View> views;
  const auto add = [&](const std::string& actor, const std::string& list) {
    views.push_back({.actor = actor, .path = list});
    views.push_back({.actor = actor, .path = list + "?q=" + marker});
    if (!record.id.empty()) views.push_back({.actor = actor, .path = list + "/" + record.id});
  };
  if (entity.access == "catalog") add("anonymous", "/" + entity.slug);
  if (entity.access == "private") add("member", "/account/" + entity.slug);
  add("admin", "/admin/" + entity.slug);
  const std::string thanks = record.answer.header("location");
  if (thanks.starts_with('/')) views.push_back({.actor = "anonymous", .path = thanks});
  return views;
}

Task<void> look_at(Arena& arena, View view, const std::set<std::string>& markers) {
  Browser browser = co_await arena.as(view.actor);
  const Answer answer = co_await browser.get(view.path);
  for (const std::string& marker : markers) {
    if (answer.body.find(marker) != std::string::npos) expect_no_markup(arena, answer, marker);
  }
}

Task<void> stored_script(Arena& arena) {
  if (!arena.has_pages()) co_return arena.skip("nothing that people type is shown on pages");
  std::set<std::string> markers;
  for (const SubjectEntity& entity : arena.subject().entities) {
    const std::string marker = arena.marker();
    std::map<std::string, std::string> changes = payloads(entity, marker);
    if (changes.empty()) continue;
    const ProbeRecord record = co_await arena.create(entity, std::move(changes), marker);
    markers.insert(marker);
    expect_no_markup(arena, record.answer, marker);
    const std::set<std::string> own{marker};
    for (const View& view : views_of(entity, record, marker)) co_await look_at(arena, view, own);
  }
  // Titles of records also stand in the choices of other forms, on the home page and on the overview.
  co_await look_at(arena, {.actor = "anonymous", .path = "/"}, markers);
  co_await look_at(arena, {.actor = "admin", .path = "/admin"}, markers);
  for (const SubjectEntity& entity : arena.subject().entities) {
    co_await look_at(arena, {.actor = "admin", .path = "/admin/" + entity.slug + "/new"}, markers);
  }
}

// Forms are shown again with what was typed when something is wrong with it.
Task<void> reflected_by_forms(Arena& arena, const std::string& marker) {
  Browser stranger = co_await arena.as("anonymous");
  for (const SubjectEntity* entity : arena.with_access("inbox")) {
    FormEntry entry;
    entry.values = co_await arena.form_values(*entity, payloads(*entity, marker));
    for (auto& [name, value] : entry.values) {
      const SubjectField* field = entity->field(name);
      if (field != nullptr && !field->takes_text) value = payload_for(marker, std::nullopt);
    }
    const Answer answer = co_await stranger.submit("/" + entity->slug + "/new", std::move(entry));
    expect_no_markup(arena, answer, marker);
  }
  std::vector<std::string> pages{"/login"};
  if (arena.subject().has_accounts) pages.emplace_back("/register");
  for (const std::string& path : pages) {
    const Answer fetched = co_await stranger.get(path);
    const HtmlPage page = read_html(fetched.body);
    for (const HtmlForm& form : page.forms) {
      if (form.method != "post") continue;
      FormEntry entry;
      for (const HtmlField& field : form.fields) {
        if (field.type == "text" || field.type == "email" || field.type == "password") {
          entry.values.emplace_back(field.name, payload_for(marker, std::nullopt));
        }
      }
      auto call = fill_form(page, path, entry);
      if (!call || entry.values.empty()) continue;
      const Answer answer = co_await stranger.send(std::move(*call));
      expect_no_markup(arena, answer, marker);
    }
  }
}

Task<void> reflected_script(Arena& arena) {
  if (!arena.has_pages()) co_return arena.skip("the app has no pages that answer to a query");
  const std::string marker = arena.marker();
  const std::string typed = encode_value(payload_for(marker, std::nullopt));
  std::vector<View> views{{.actor = "anonymous", .path = "/" + typed},
                          {.actor = "anonymous", .path = "/?lang=" + typed},
                          {.actor = "anonymous", .path = "/login?next=/" + typed},
                          {.actor = "anonymous", .path = "/login?next=" + typed}};
  for (const SubjectEntity& entity : arena.subject().entities) {
    const std::string search = "?q=" + typed;
    const std::string others = "?page=" + typed + "&" + typed + "=1";
    if (entity.access == "catalog") views.push_back({.actor = "anonymous", .path = "/" + entity.slug + search});
    if (entity.access == "catalog") views.push_back({.actor = "anonymous", .path = "/" + entity.slug + others});
    if (entity.access == "private") views.push_back({.actor = "member", .path = "/account/" + entity.slug + search});
    views.push_back({.actor = "admin", .path = "/admin/" + entity.slug + search});
    if (entity.access == "inbox")
      views.push_back({.actor = "anonymous", .path = "/" + entity.slug + "/thanks?reference=" + typed});
  }
  const std::set<std::string> markers{marker};
  for (const View& view : views) co_await look_at(arena, view, markers);
  co_await reflected_by_forms(arena, marker);
}

}  // namespace

std::vector<Attack> script_attacks() {
  return {
      {.id = "script-escaped", .title = "Script in any text field is shown as text", .run = stored_script},
      {.id = "script-reflected",
       .title = "Script in a query or a refused form is shown as text",
       .run = reflected_script},
  };
}

}  // namespace tenon::delivery
