// Nonsense is refused with an answer below 500 and changes nothing.
#include "delivery/harness/attack.h"

namespace tenon::delivery {
namespace {

constexpr std::size_t kOversized = 3U << 20U;
constexpr std::size_t kDeep = 20'000;

bool is_refused(const Answer& answer) { return answer.status >= 400 && answer.status < 500; }

// A server may also hang up on a body it does not want; then it must still answer others.
Task<void> expect_refused_or_cut(Arena& arena, Browser& browser, Answer answer, std::string title) {
  if (is_refused(answer)) co_return;
  if (answer.status != 0) {
    arena.found(std::move(title), answer, "a status from 400 to 499");
    co_return;
  }
  const Answer health = co_await browser.get("/healthz");
  if (health.status != 200) arena.found(std::move(title), health, "an app that still answers");
}

// Sign-ins that would work, were they not padded: what lets them in has read all of the body.
Task<void> oversized_body(Arena& arena) {
  const Account* account = arena.subject().account("admin");
  if (!arena.has_api() || account == nullptr) co_return arena.skip("the app takes no bodies");
  Browser stranger = co_await arena.as("anonymous");
  if (arena.has_pages()) {
    const Answer fetched = co_await stranger.get("/login");
    FormEntry entry;
    entry.values.emplace_back("email", account->email);
    entry.values.emplace_back("password", account->password);
    auto call = fill_form(read_html(fetched.body), "/login", entry);
    if (call) {
      call->body += "&padding=" + std::string(kOversized, 'a');
      const Answer answer = co_await stranger.send(std::move(*call));
      co_await expect_refused_or_cut(arena, stranger, answer, "A form of 3 MB is taken");
    }
  }
  json::object credentials;
  credentials.emplace("email", account->email);
  credentials.emplace("password", account->password);
  Call call;
  call.method = "POST";
  call.path = "/api/v1/token";
  call.content_type = "application/json";
  call.body = std::string(kOversized, ' ') + json::serialize(credentials);
  const Answer token = co_await stranger.send(std::move(call));
  co_await expect_refused_or_cut(arena, stranger, token, "A JSON body of 3 MB is taken");
}

std::vector<std::string> malformed_bodies() {
  return {"{\"a\":",
          "",
          "[]",
          "\"text\"",
          "null",
          "{\"a\":NaN}",
          "\xff\xfe{}",
          std::string(kDeep, '['),
          "{\"a\":" + std::string(5'000, '9') + "}"};
}

Task<void> malformed_json(Arena& arena) {
  if (!arena.has_api()) co_return arena.skip("the app takes no JSON");
  std::vector<std::string> paths{"/api/v1/token"};
  for (const SubjectEntity& entity : arena.subject().entities) {
    if (entity.access != "private") paths.push_back("/api/v1/" + entity.slug);
  }
  // Two places where bodies are read stand for all, which share their reader.
  paths.resize(std::min<std::size_t>(paths.size(), 2));
  Browser client = co_await arena.as("token:admin");
  for (const std::string& path : paths) {
    for (const std::string& body : malformed_bodies()) {
      Call call;
      call.method = "POST";
      call.path = path;
      call.content_type = "application/json";
      call.body = body;
      const Answer answer = co_await client.send(std::move(call));
      if (!is_refused(answer))
        arena.found("A body that is no JSON object of a record is not refused", answer, "a status from 400 to 499");
    }
  }
}

struct Place {
  std::string actor;
  std::string list;
  std::string field;  // one that takes no free text
};

std::vector<Place> places_of(const Arena& arena, const SubjectEntity& entity) {
  const auto typed = std::ranges::find(entity.fields, false, &SubjectField::takes_text);
  std::vector<Place> places{{.actor = "token:admin",
                             .list = "/api/v1/" + entity.slug,
                             .field = typed == entity.fields.end() ? "" : typed->name}};
  if (!arena.has_pages()) return places;
  if (entity.access == "catalog") places.push_back({.actor = "anonymous", .list = "/" + entity.slug});
  if (entity.access == "private") places.push_back({.actor = "member", .list = "/account/" + entity.slug});
  places.push_back({.actor = "admin", .list = "/admin/" + entity.slug});
  return places;
}

std::vector<Place> all_places(const Arena& arena) {
  std::vector<Place> all;
  for (const SubjectEntity& entity : arena.subject().entities) {
    for (Place& place : places_of(arena, entity)) all.push_back(std::move(place));
  }
  return all;
}

Task<void> odd_ids(Arena& arena) {
  if (!arena.has_api()) co_return arena.skip("the app answers no ids");
  const std::vector<std::string> ids{"abc", "999999999999999999999999", "-1", "%00", "0", "1.5", "1e3", "%D9%A3",
                                     "%27"};
  const std::vector<Place> places = all_places(arena);
  for (const Place& place : places) {
    Browser browser = co_await arena.as(place.actor);
    for (const std::string& id : arena.some(ids, places.size())) {
      const Answer answer = co_await browser.get(place.list + "/" + id);
      if (!is_refused(answer))
        arena.found("An id that cannot exist is not refused", answer, "a status from 400 to 499");
    }
  }
}

Task<void> odd_queries(Arena& arena) {
  if (!arena.has_api()) co_return arena.skip("the app answers no queries");
  const std::vector<std::string> queries{"q=%00",
                                         "page=abc",
                                         "page=99999999999999999999999",
                                         "page_size=-1",
                                         "q=%FF%FE",
                                         "page=-1",
                                         "q=" + std::string(5'000, 'a'),
                                         "page=0",
                                         "page_size=0",
                                         "page_size=999999999",
                                         "q=%25",
                                         "no_such_field=1",
                                         "q=a&q=b",
                                         "page=1&page=2"};
  const std::vector<Place> places = all_places(arena);
  for (const Place& place : places) {
    Browser browser = co_await arena.as(place.actor);
    std::vector<std::string> chosen = arena.some(queries, places.size());
    if (!place.field.empty()) chosen.push_back(place.field + "=%00");
    for (const std::string& query : chosen) {
      const Answer answer = co_await browser.get(place.list + "?" + query);
      if (answer.status == 0) arena.found("A query that makes no sense breaks the app", answer, "an answer below 500");
    }
  }
}

Task<void> odd_values(Arena& arena) {
  if (!arena.has_api()) co_return arena.skip("the app takes no values");
  const std::vector<std::string> values{std::string("a\0b", 3), "\xF0\x9F\x92\xA5\xE2\x80\xAE",
                                        "99999999999999999999999999", std::string(20'000, 'a')};
  for (const SubjectEntity& entity : arena.subject().entities) {
    for (const std::string& value : arena.some(values, arena.subject().entities.size())) {
      std::map<std::string, std::string> changes;
      for (const SubjectField& field : entity.fields) changes.emplace(field.name, value);
      const ProbeRecord record = co_await arena.create(entity, std::move(changes), "");
      if (record.answer.status == 0)
        arena.found("An odd value in every field breaks the app", record.answer, "an answer below 500");
    }
  }
}

}  // namespace

std::vector<Attack> robustness_attacks() {
  return {
      {.id = "oversized-body", .title = "Bodies that are far too large are refused", .run = oversized_body},
      {.id = "malformed-json", .title = "Bodies that are no records are refused", .run = malformed_json},
      {.id = "odd-ids", .title = "Ids that cannot exist are not found, and break nothing", .run = odd_ids},
      {.id = "odd-queries", .title = "Queries that make no sense break nothing", .run = odd_queries},
      {.id = "odd-values", .title = "Values that make no sense break nothing", .run = odd_values},
  };
}

}  // namespace tenon::delivery
