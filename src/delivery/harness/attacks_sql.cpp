// What is typed never becomes part of a statement (OWASP A03:2021, injection): it is stored as it is, finds nothing it
// should not find, and breaks nothing.
#include "delivery/harness/attack.h"

namespace tenon::delivery {
namespace {

const std::vector<std::string> kConditions{"' OR '1'='1", "') OR ('1'='1", "' OR 1=1 --", "\" OR \"\"=\"",
                                           "' UNION SELECT 1,2,3 --"};

// Enough that each place gets the fewest conditions; the search itself is tried at three places of every list.
constexpr std::size_t kPlaces = 5;

std::optional<double> total_of(const Answer& answer) {
  boost::system::error_code broken;
  const json::value content = json::parse(answer.body, broken);
  const json::value* total = broken ? nullptr : content.find_pointer("/total", broken);
  if (answer.status != 200 || total == nullptr || !total->is_number()) return std::nullopt;
  return total->to_number<double>();
}

std::size_t links_below(const Answer& answer, const std::string& list) {
  const auto links = read_html(answer.body).links;
  return static_cast<std::size_t>(std::ranges::count_if(links, [&](const HtmlLink& link) {
    const std::string rest = link.href.starts_with(list + "/") ? link.href.substr(list.size() + 1) : "";
    return !rest.empty() && rest[0] >= '0' && rest[0] <= '9';
  }));
}

std::map<std::string, std::string> hostile_texts(const SubjectEntity& entity, const std::string& marker) {
  std::map<std::string, std::string> changes;
  const std::string text = marker + "' OR '1'='1'; --";
  for (const SubjectField& field : entity.fields) {
    const bool fits = !field.max_length || static_cast<std::int64_t>(text.size()) <= *field.max_length;
    if (field.takes_text && fits) changes.emplace(field.name, text);
  }
  return changes;
}

Task<void> expect_kept_as_typed(Arena& arena, const SubjectEntity& entity, const ProbeRecord& record,
                                std::map<std::string, std::string> texts) {
  Browser admin = co_await arena.as("token:admin");
  const Answer answer = co_await admin.get("/api/v1/" + entity.slug + "/" + record.id);
  boost::system::error_code broken;
  const json::value content = json::parse(answer.body, broken);
  for (const auto& [name, text] : texts) {
    const json::value* kept = !broken && content.is_object() ? content.get_object().if_contains(name) : nullptr;
    const bool same = kept != nullptr && kept->is_string() && std::string_view(kept->get_string()) == text;
    if (!same)
      arena.found("A text with quotes is not kept as it was typed", answer, fmt::format("{} = {}", name, text));
  }
}

Task<void> sql_fields(Arena& arena) {
  if (!arena.has_api()) co_return arena.skip("the app has no server that stores anything");
  for (const SubjectEntity& entity : arena.subject().entities) {
    const std::string marker = arena.marker();
    const std::map<std::string, std::string> texts = hostile_texts(entity, marker);
    if (!texts.empty()) {
      const ProbeRecord record = co_await arena.create(entity, texts, marker);
      if (record.answer.status == 0) arena.found("A text with quotes breaks the app", record.answer, "an answer");
      if (!record.id.empty()) co_await expect_kept_as_typed(arena, entity, record, texts);
    }
    std::map<std::string, std::string> everywhere;
    for (const SubjectField& field : entity.fields) everywhere.emplace(field.name, kConditions.front());
    const ProbeRecord broken = co_await arena.create(entity, std::move(everywhere), arena.marker());
    if (broken.answer.status == 0) arena.found("Quotes in every field break the app", broken.answer, "an answer");
  }
  for (const std::string& condition : arena.some(kConditions, kPlaces)) {
    Browser stranger = co_await arena.as("anonymous");
    json::object credentials;
    credentials.emplace("email", condition);
    credentials.emplace("password", condition);
    const Answer answer = co_await stranger.send_json("POST", "/api/v1/token", std::move(credentials));
    arena.expect(answer, {400, 401, 403, 422, 429}, "Quotes in a password give a token");
  }
}

// Other attacks make records meanwhile, so what is found lies between what nonsense finds before and after.
template <class Count>
bool lies_between(const Count& count, const Count& one, const Count& other) {
  return std::min(one, other) <= count && count <= std::max(one, other);
}

// Nothing holds the nonsense, so nothing may be found; an app that knows no such query answers as it does to any other.
Task<void> compare_totals(Arena& arena, const SubjectEntity& entity, std::string name) {
  Browser admin = co_await arena.as("token:admin");
  const std::string list = "/api/v1/" + entity.slug + "?" + name + "=";
  const std::string nothing = arena.marker();
  for (const std::string& condition : arena.some(kConditions, kPlaces)) {
    const Answer before = co_await admin.get(list + nothing);
    const Answer answer = co_await admin.get(list + encode_value(nothing + condition));
    if (answer.status == 0) arena.found("Quotes in a query break the app", answer, "an answer");
    if (answer.status != 200 || total_of(answer) == 0) continue;
    const Answer after = co_await admin.get(list + nothing);
    if (!lies_between(total_of(answer), total_of(before), total_of(after))) {
      arena.found("Quotes in a query change what is found", answer, "the same as for any other nonsense");
    }
  }
}

Task<void> compare_pages(Arena& arena, std::string actor, std::string list) {
  Browser browser = co_await arena.as(actor);
  const std::string nothing = arena.marker();
  for (const std::string& condition : arena.some(kConditions, kPlaces)) {
    const Answer before = co_await browser.get(list + "?q=" + nothing);
    const Answer answer = co_await browser.get(list + "?q=" + encode_value(nothing + condition));
    if (answer.status == 200 && links_below(answer, list) == 0) continue;
    const Answer after = co_await browser.get(list + "?q=" + nothing);
    const bool as_usual = lies_between(links_below(answer, list), links_below(before, list), links_below(after, list));
    if (answer.status != after.status || !as_usual) {
      arena.found("Quotes in a search change what is found", answer, "the same as for any other nonsense");
    }
  }
}

Task<void> sql_query(Arena& arena) {
  if (!arena.has_api()) co_return arena.skip("the app has no server that searches anything");
  for (const SubjectEntity& entity : arena.subject().entities) {
    co_await compare_totals(arena, entity, "q");
    const auto typed = std::ranges::find(entity.fields, false, &SubjectField::takes_text);
    if (typed != entity.fields.end()) co_await compare_totals(arena, entity, typed->name);
    if (!arena.has_pages()) continue;
    if (entity.access == "catalog") co_await compare_pages(arena, "anonymous", "/" + entity.slug);
    co_await compare_pages(arena, "admin", "/admin/" + entity.slug);
  }
}

}  // namespace

std::vector<Attack> sql_attacks() {
  return {
      {.id = "sql-fields", .title = "Quotes and SQL in any field are stored as text", .run = sql_fields},
      {.id = "sql-query", .title = "Quotes and SQL in a query find no more than nonsense does", .run = sql_query},
  };
}

}  // namespace tenon::delivery
