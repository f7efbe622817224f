// What is typed never becomes part of a statement (OWASP A03:2021, injection): it is stored as it is, finds nothing it
// should not find, and breaks nothing.
#include "delivery/harness/attack.h"

namespace tenon::delivery {
namespace {

const std::vector<std::string> kConditions{"' OR '1'='1", "') OR ('1'='1", "' OR 1=1 --", "\" OR \"\"=\"",
                                           "' UNION SELECT 1,2,3 --"};

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
  for (const std::string& condition : kConditions) {
    Browser stranger = co_await arena.as("anonymous");
    json::object credentials;
    credentials.emplace("email", condition);
    credentials.emplace("password", condition);
    const Answer answer = co_await stranger.send_json("POST", "/api/v1/token", std::move(credentials));
    arena.expect(answer, {400, 401, 403, 422, 429}, "Quotes in a password give a token");
  }
}

// One that closes a text and one that closes a bracket as well: for the many queries beside the search.
std::vector<std::string> few_conditions() { return {kConditions[0], kConditions[1]}; }

Task<void> compare_totals(Arena& arena, const SubjectEntity& entity, std::string name,
                          std::vector<std::string> conditions) {
  Browser admin = co_await arena.as("token:admin");
  const std::string list = "/api/v1/" + entity.slug + "?" + name + "=";
  const std::string nothing = arena.marker();
  const Answer benign = co_await admin.get(list + nothing);
  for (const std::string& condition : conditions) {
    const Answer answer = co_await admin.get(list + encode_value(nothing + condition));
    if (answer.status == 0) arena.found("Quotes in a query break the app", answer, "an answer");
    if (answer.status != 200) continue;
    const auto expected = total_of(benign);
    const auto got = total_of(answer);
    if (!expected || !got || *expected < *got) {
      arena.found("Quotes in a query change what is found", answer,
                  expected ? fmt::format("at most {} records", *expected) : "the same answer as any other text");
    }
  }
}

Task<void> compare_pages(Arena& arena, std::string actor, std::string list) {
  Browser browser = co_await arena.as(actor);
  const std::string nothing = arena.marker();
  const Answer benign = co_await browser.get(list + "?q=" + nothing);
  for (const std::string& condition : few_conditions()) {
    const Answer answer = co_await browser.get(list + "?q=" + encode_value(nothing + condition));
    if (answer.status != benign.status || links_below(answer, list) > links_below(benign, list)) {
      arena.found("Quotes in a search change what is found", answer, "no more than a search for nonsense finds");
    }
  }
}

Task<void> sql_query(Arena& arena) {
  if (!arena.has_api()) co_return arena.skip("the app has no server that searches anything");
  for (const SubjectEntity& entity : arena.subject().entities) {
    co_await compare_totals(arena, entity, "q", kConditions);
    for (const SubjectField& field : entity.fields) {
      if (!field.takes_text) co_await compare_totals(arena, entity, field.name, few_conditions());
    }
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
