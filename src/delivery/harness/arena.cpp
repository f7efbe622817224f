#include "core/json.h"
#include "delivery/harness/attack.h"

namespace tenon::delivery {
namespace {

constexpr std::size_t kMaxFindings = 20;

std::optional<json::value> parsed(const std::string& text) {
  boost::system::error_code broken;
  json::value value = json::parse(text, broken);
  return broken ? std::nullopt : std::optional(std::move(value));
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

std::string id_of(const json::value& record) {
  const json::value* id = record.is_object() ? record.get_object().if_contains("id") : nullptr;
  return id == nullptr ? "" : text_of(*id);
}

}  // namespace

AttackResult Arena::result() {
  for (const Answer& answer : wire_.broken()) found("The app breaks", answer, "an answer below 500");
  AttackResult result;
  result.id = id_;
  result.requests = wire_.requests();
  result.verdict = AttackVerdict::passed;
  if (!reason_.empty()) result.verdict = AttackVerdict::not_applicable;
  if (!findings_.empty()) result.verdict = AttackVerdict::failed;
  if (result.verdict == AttackVerdict::not_applicable) result.reason = reason_;
  result.findings = std::move(findings_);
  result.exchange = wire_.finish();
  return result;
}

std::vector<const SubjectEntity*> Arena::with_access(std::string_view access) const {
  std::vector<const SubjectEntity*> all;
  for (const SubjectEntity& entity : subject_.entities) {
    if (entity.access == access) all.push_back(&entity);
  }
  return all;
}

Task<Browser> Arena::as(std::string actor) {
  Entrance entrance = co_await world_.actors.enter(actor, wire_);
  if (!entrance) throw AttackBlocked{entrance.error()};
  co_return Browser(wire_, std::move(*entrance));
}

Task<json::object> Arena::filled(const SubjectEntity& entity) {
  const Freshness freshness = fresh(++world_.made);
  const std::string actor = entity.access == "private" ? "member" : "admin";
  const auto values = co_await fill_values(entity.valid, freshness, actor, world_.records, wire_);
  if (values) co_return values->get_object();
  throw AttackBlocked{{.request = "valid values of " + entity.name,
                       .expected = "a value for " + values.error(),
                       .got = "no such record, and none could be made"}};
}

Task<FormValues> Arena::form_values(const SubjectEntity& entity, std::map<std::string, std::string> changes) {
  const json::object values = co_await json_values(entity, std::move(changes));
  FormValues form;
  for (const auto& entry : values) form.emplace_back(entry.key(), text_of(entry.value()));
  co_return form;
}

Task<json::object> Arena::json_values(const SubjectEntity& entity, std::map<std::string, std::string> changes) {
  json::object values = co_await filled(entity);
  for (const auto& [name, text] : changes) values.insert_or_assign(name, text);
  co_return values;
}

Task<std::vector<json::value>> Arena::list(std::string slug, std::string actor) {
  Browser client = co_await as(std::move(actor));
  const Answer answer = co_await client.get("/api/v1/" + slug);
  const auto content = parsed(answer.body);
  boost::system::error_code missing;
  const json::value* items = content ? content->find_pointer("/items", missing) : nullptr;
  if (items == nullptr || !items->is_array()) co_return std::vector<json::value>{};
  co_return std::vector<json::value>(items->get_array().begin(), items->get_array().end());
}

Task<ProbeRecord> Arena::create(const SubjectEntity& entity, std::map<std::string, std::string> changes,
                                std::string marker) {
  ProbeRecord record;
  if (has_pages() && entity.access == "inbox") {
    Browser visitor = co_await as("anonymous");
    FormEntry entry;
    entry.values = co_await form_values(entity, std::move(changes));
    record.answer = co_await visitor.submit("/" + entity.slug + "/new", std::move(entry));
    if (marker.empty()) co_return record;
    const std::vector<json::value> items = co_await list(entity.slug, "token:admin");
    for (const json::value& item : items) {
      if (json::serialize(item).find(marker) != std::string::npos) record.id = id_of(item);
    }
    co_return record;
  }
  Browser client = co_await as(entity.access == "private" ? "token:member" : "token:admin");
  json::object values = co_await json_values(entity, std::move(changes));
  record.answer = co_await client.send_json("POST", "/api/v1/" + entity.slug, std::move(values));
  const auto made = parsed(record.answer.body);
  if (record.answer.status == 201 && made) record.id = id_of(*made);
  co_return record;
}

Task<std::string> Arena::any_id(const SubjectEntity& entity) {
  std::string& known = world_.first_ids[entity.name];
  if (!known.empty()) co_return known;
  const std::vector<json::value> records = co_await list(entity.slug, "token:admin");
  if (!records.empty()) known = id_of(records.front());
  co_return known;
}

std::vector<std::string> Arena::some(const std::vector<std::string>& variants, std::size_t places) {
  constexpr std::size_t kFewest = 3;
  const std::size_t share = places == 0 ? variants.size() : (variants.size() + places - 1) / places;
  std::vector<std::string> chosen;
  for (std::size_t i = 0; i < std::min(variants.size(), std::max(kFewest, share)); ++i) {
    chosen.push_back(variants[turn_++ % variants.size()]);
  }
  return chosen;
}

std::string Arena::marker() { return "probe" + fresh(++world_.made).token.substr(4); }

void Arena::found(std::string title, const Answer& answer, std::string expected) {
  if (findings_.size() >= kMaxFindings) return;
  findings_.push_back({.id = id_,
                       .title = std::move(title),
                       .request = answer.request,
                       .expected = std::move(expected),
                       .got = answer.excerpt()});
}

void Arena::expect(const Answer& answer, const std::set<int>& statuses, std::string title) {
  if (statuses.contains(answer.status)) return;
  found(std::move(title), answer, fmt::format("status {}", fmt::join(statuses, " or ")));
}

}  // namespace tenon::delivery
