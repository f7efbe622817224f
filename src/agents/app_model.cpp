#include "agents/app_model.h"

#include <algorithm>

#include <fmt/format.h>

#include "agents/entity_model.h"
#include "agents/field_values.h"
#include "agents/names.h"
#include "core/json.h"

namespace tenon::agents {
namespace {

constexpr std::size_t kOnePageSamples = 12;

// first, last, not_last and index for the elements of every list, and has_<list> beside it.
void decorate(json::object& model) {
  std::vector<std::pair<std::string, bool>> flags;
  for (auto& member : model) {
    if (!member.value().is_array()) continue;
    json::array& list = member.value().get_array();
    flags.emplace_back("has_" + std::string(member.key()), !list.empty());
    for (std::size_t i = 0; i < list.size(); ++i) {
      json::object& element = list[i].as_object();
      decorate(element);
      element["first"] = i == 0;
      element["last"] = i + 1 == list.size();
      element["not_last"] = i + 1 < list.size();
      element["index"] = i + 1;
    }
  }
  for (const auto& [name, value] : flags) model.emplace(name, value);
}

void put_text(json::object& model, const std::string& key, const std::string& text) {
  model[key] = text;
  model["has_" + key] = !text.empty();
}

bool is_one_page(const Brief& brief) {
  if (brief.one_page) return true;
  const auto catalogs = std::ranges::count(brief.entities, kCatalog, &Entity::access);
  const auto catalog = std::ranges::find(brief.entities, kCatalog, &Entity::access);
  return catalogs == 0 || (catalogs == 1 && catalog->samples.size() <= kOnePageSamples);
}

std::string action_url(const Brief& brief) {
  const Entity* target = entity_named(brief, brief.texts.call_to_action_entity);
  if (brief.kind == kStatic) return target != nullptr && target->access == kCatalog ? "#" + target->slug : "#contact";
  if (target == nullptr) return "/";
  if (target->access == kCatalog) return "/" + target->slug;
  if (target->access == kInbox) return "/" + target->slug + "/new";
  return (target->access == kPrivate ? "/account/" : "/admin/") + target->slug;
}

std::string phone_link(const std::string& phone) {
  std::string digits;
  for (const char c : phone) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits.empty() ? "" : "+" + digits;
}

void put_texts(json::object& model, const Brief& brief) {
  put_text(model, "tagline", brief.texts.tagline);
  put_text(model, "about", brief.texts.about);
  put_text(model, "call_to_action", brief.texts.call_to_action);
  put_text(model, "address", brief.texts.address);
  put_text(model, "phone", brief.texts.phone);
  put_text(model, "email", brief.texts.email);
  model["phone_link"] = phone_link(brief.texts.phone);
  model["call_to_action_url"] = action_url(brief);
  json::array hours;
  for (const std::string& hour : brief.texts.hours) hours.push_back(json::object{{"hour", hour}});
  model["hours"] = hours;
  model["has_contact"] =
      !brief.texts.address.empty() || !brief.texts.phone.empty() || !brief.texts.email.empty() || !hours.empty();
}

void put_languages(json::object& model, const Brief& brief, const Knowledge& knowledge) {
  json::array languages;
  json::array locales;
  for (std::size_t i = 0; i < brief.languages.size(); ++i) {
    const Locale& locale = knowledge.locales.at(brief.languages[i]);
    languages.push_back(
        json::object{{"code", locale.code}, {"language_name", locale.language_name()}, {"default_language", i == 0}});
    locales.push_back(json::object{{"locale_code", locale.code}, {"locale_json", pretty_json(locale.content)}});
  }
  model["language"] = brief.languages.front();
  model["languages"] = languages;
  model["locales"] = locales;
  model["multilingual"] = brief.languages.size() > 1;
  model["second_language"] = brief.languages.size() > 1 ? brief.languages[1] : "";
  model["second_language_name"] =
      brief.languages.size() > 1 ? knowledge.locales.at(brief.languages[1]).language_name() : "";
  const Locale& own = knowledge.locales.at(brief.languages.front());
  const Locale& english = knowledge.locales.at("en");
  for (const auto& entry : english.content.at("ui").as_object()) {
    const std::string word = own.ui(std::string_view(entry.key()));
    model["ui_" + std::string(entry.key())] = word.empty() ? english.ui(std::string_view(entry.key())) : word;
  }
  for (const auto& entry : own.content.at("ui").as_object()) {
    model.emplace("ui_" + std::string(entry.key()), entry.value());
  }
}

void put_look(json::object& model, const Brief& brief, const Knowledge& knowledge) {
  const auto found = std::ranges::find(knowledge.looks, brief.look, &Look::name);
  const Look& look = found == knowledge.looks.end() ? knowledge.looks.front() : *found;
  model["look"] = look.name;
  model["font"] = look.font;
  model["accent"] = look.accent;
  model["accent_dark"] = look.accent_dark;
  model["accent_text"] = look.accent_text;
  model["surface"] = look.surface;
}

void put_roles(json::object& model, const Brief& brief) {
  json::array roles;
  for (const Role& role : brief.roles) {
    json::array manages;
    for (const std::string& entity : role.manages) {
      const Entity* managed = entity_named(brief, entity);
      manages.push_back(
          json::object{{"managed", entity}, {"managed_plural", managed == nullptr ? entity : managed->plural}});
    }
    roles.push_back(json::object{
        {"role", role.name}, {"role_title", role.title}, {"role_summary", role.summary}, {"manages", manages}});
  }
  model["has_managing_roles"] = !roles.empty();
  model["first_role"] = roles.empty() ? json::value("admin") : json::value(brief.roles.front().name);
  model["roles"] = roles;
}

// Ids of assertions: `assert_<kind>` on the entity they are about, or on the app.
void put_assertions(json::object& model, const Brief& brief, std::string_view entity) {
  for (const Requirement& requirement : brief.requirements) {
    for (const Assertion& assertion : requirement.assertions) {
      if (assertion.entity != entity) continue;
      model["assert_" + assertion.kind] = assertion.id;
      model["has_assert_" + assertion.kind] = true;
    }
  }
}

void put_requirements(json::object& model, const Brief& brief) {
  json::array requirements;
  for (const Requirement& requirement : brief.requirements) {
    json::array assertions;
    for (const Assertion& assertion : requirement.assertions) {
      assertions.push_back(json::object{
          {"assertion_id", assertion.id}, {"assertion_key", assertion.key}, {"assertion", assertion.text}});
    }
    requirements.push_back(json::object{
        {"requirement_id", requirement.id}, {"requirement", requirement.text}, {"assertions", assertions}});
  }
  model["requirements"] = requirements;
  model["test_count_hint"] = assertions_of(brief).size();
}

json::array others_of(const json::array& catalogs, const json::value& slug) {
  json::array others;
  for (const json::value& other : catalogs) {
    if (other.at("slug") == slug) continue;
    others.push_back(json::object{{"other_slug", other.at("slug")}, {"other_titles", other.at("titles")}});
  }
  return others;
}

void put_entities(json::object& model, const Brief& brief, const Knowledge& knowledge) {
  const EntityScope scope{.brief = brief,
                          .stack = stack_named(knowledge, brief.stack),
                          .locale = knowledge.locales.at(brief.languages.front()),
                          .english = knowledge.locales.at("en"),
                          .translated = brief.kind == kStatic};
  json::array all;
  for (const Entity& entity : brief.entities) {
    json::object one = entity_model(entity, scope);
    put_assertions(one, brief, entity.name);
    all.push_back(std::move(one));
  }
  const auto with = [&](std::string_view flag) {
    json::array list;
    for (const json::value& one : all) {
      if (one.at(flag).as_bool()) list.push_back(one);
    }
    return list;
  };
  const json::array catalogs = with("is_catalog");
  for (json::value& one : all) one.as_object()["other_catalogs"] = others_of(catalogs, one.at("slug"));
  model["catalogs"] = with("is_catalog");
  model["publics"] = with("is_public");
  model["inboxes"] = with("is_inbox");
  model["privates"] = with("is_private");
  model["internals"] = with("is_internal");
  model["alerts"] = with("has_alert");
  model["first_slug"] = brief.entities.empty() ? "" : brief.entities.front().slug;
  model["has_accounts"] = !model["privates"].as_array().empty() && brief.kind != kStatic;
  model["entities"] = std::move(all);
}

}  // namespace

json::object app_model(const Brief& brief, const Knowledge& knowledge) {
  json::object model;
  model["app_title"] = brief.title;
  model["app_slug"] = brief.slug;
  model["app_package"] = snake_case(brief.slug);
  model["app_summary"] = brief.summary;
  model["goal"] = brief.goal;
  model["domain"] = brief.domain;
  model["stack"] = brief.stack;
  model["is_web"] = brief.kind == kWeb;
  model["is_api"] = brief.kind == kApi;
  model["is_static"] = brief.kind == kStatic;
  model["has_api"] = brief.kind != kStatic;
  model["secret_free_year"] = fmt::format("{}", year_of(brief.created));
  const bool one_page = is_one_page(brief);
  model["one_page"] = one_page;
  model["multi_page"] = !one_page;
  model["runs_docker"] = std::ranges::find(brief.flags, "runs_docker") != brief.flags.end();
  model["runs_systemd"] = std::ranges::find(brief.flags, "runs_systemd") != brief.flags.end();
  for (const std::string& flag : brief.flags) model[flag] = true;
  put_texts(model, brief);
  put_languages(model, brief, knowledge);
  put_look(model, brief, knowledge);
  put_roles(model, brief);
  put_requirements(model, brief);
  put_entities(model, brief, knowledge);
  put_assertions(model, brief, "");
  decorate(model);
  return model;
}

}  // namespace tenon::agents
