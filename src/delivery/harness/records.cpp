#include "delivery/harness/records.h"

#include <algorithm>

#include <fmt/format.h>

namespace tenon::delivery {
namespace {

// Tells the records made here apart from those of checks, which count from 0.
constexpr std::uint32_t kFirstOfRecords = 500'000;

const json::value* id_in(const json::value& record) {
  return record.is_object() ? record.get_object().if_contains("id") : nullptr;
}

bool is_older(const json::value& left, const json::value& right) {
  if (left.is_number() && right.is_number()) return left.to_number<double>() < right.to_number<double>();
  return json::serialize(left) < json::serialize(right);
}

}  // namespace

Task<void> Records::look_up(Wire& wire) {
  for (const SubjectEntity& entity : subject_.entities) {
    for (const std::string& name : placeholders_in(entity.valid)) {
      if (const auto reference = parse_record_reference(name)) co_await id(*reference, "admin", wire);
    }
  }
}

Task<std::optional<json::value>> Records::id(RecordReference reference, std::string actor, Wire& wire) {
  const auto entity = std::ranges::find(subject_.entities, reference.slug, &SubjectEntity::slug);
  if (entity == subject_.entities.end()) co_return std::nullopt;
  if (actor.starts_with("token:")) actor = actor.substr(6);
  const bool own_only = entity->access == "private" && actor.starts_with("member");
  const std::string client = "token:" + (own_only ? actor : std::string("admin"));
  const std::string key = reference.slug + " " + client;
  if (!known_.contains(key)) {
    std::vector<json::value> ids = co_await listed(reference.slug, client, wire);
    if (ids.empty()) ids = co_await made(*entity, client, wire);
    if (ids.empty()) co_return std::nullopt;
    known_.insert_or_assign(key, std::move(ids));
  }
  const std::vector<json::value>& ids = known_.at(key);
  co_return ids[std::min(reference.position, ids.size()) - 1];
}

Task<std::vector<json::value>> Records::listed(std::string slug, std::string client, Wire& wire) {
  std::vector<json::value> ids;
  Entrance entrance = co_await actors_.enter(client, wire);
  if (!entrance) co_return ids;
  Browser browser(wire, std::move(*entrance));
  const Answer answer = co_await browser.get("/api/v1/" + slug);
  boost::system::error_code broken;
  const json::value content = json::parse(answer.body, broken);
  const json::value* items = broken ? nullptr : content.find_pointer("/items", broken);
  if (items == nullptr || !items->is_array()) co_return ids;
  for (const json::value& item : items->get_array()) {
    if (const json::value* found = id_in(item)) ids.push_back(*found);
  }
  // The oldest first: those that checks make and delete come after the ones the app started with.
  std::ranges::sort(ids, is_older);
  co_return ids;
}

Task<std::vector<json::value>> Records::made(const SubjectEntity& entity, std::string client, Wire& wire) {
  std::vector<json::value> ids;
  Entrance entrance = co_await actors_.enter(client, wire);
  if (!entrance) co_return ids;
  Browser browser(wire, std::move(*entrance));
  const Freshness freshness = fresh(kFirstOfRecords + ++count_);
  const auto values = co_await fill_values(entity.valid, freshness, client, *this, wire);
  if (!values) co_return ids;
  const Answer answer = co_await browser.send_json("POST", "/api/v1/" + entity.slug, *values);
  boost::system::error_code broken;
  const json::value content = json::parse(answer.body, broken);
  const json::value* found = broken || answer.status != 201 ? nullptr : id_in(content);
  if (found != nullptr) ids.push_back(*found);
  co_return ids;
}

Task<std::expected<json::value, std::string>> fill_values(json::value values, const Freshness& freshness,
                                                          std::string actor, Records& records, Wire& wire) {
  Variables variables(freshness);
  for (const std::string& name : placeholders_in(values)) {
    const auto reference = parse_record_reference(name);
    if (!reference) continue;
    std::optional<json::value> id = co_await records.id(*reference, actor, wire);
    if (id) variables.set(name, std::move(*id));
  }
  co_return variables.fill(values);
}

}  // namespace tenon::delivery
