#include "agents/knowledge.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "agents/knowledge_checks.h"
#include "agents/names.h"
#include "core/error.h"
#include "core/json.h"
#include "core/yaml.h"

namespace tenon::agents {
namespace {

namespace fs = std::filesystem;

// `default` cannot be the name of a member.
void rename_default(json::value& value) {
  if (!value.is_object()) return;
  json::object& object = value.get_object();
  if (object.contains("preset")) {
    throw Error(ErrorCode::invalid_argument, "preset: not a known name", "Call it default.");
  }
  if (const json::value* found = object.if_contains("default")) {
    json::value moved = *found;
    object.erase("default");
    object.emplace("preset", std::move(moved));
  }
}

void rename_defaults(json::value& list) {
  if (!list.is_array()) return;
  for (json::value& element : list.get_array()) rename_default(element);
}

void rename_defaults_of_domain(json::value& domain) {
  if (!domain.is_object()) return;
  json::object& object = domain.get_object();
  if (json::value* features = object.if_contains("features")) rename_defaults(*features);
  json::value* entities = object.if_contains("entities");
  if (entities == nullptr || !entities->is_array()) return;
  for (json::value& entity : entities->get_array()) {
    if (!entity.is_object()) continue;
    if (json::value* fields = entity.get_object().if_contains("fields")) rename_defaults(*fields);
  }
}

// Runs what reads one file and puts the file's name before whatever is wrong with it.
template <class Read>
auto reading(const std::string& file, Read read) {
  try {
    return read();
  } catch (const Error& failure) {
    if (std::string_view(failure.what()).contains(file)) throw;
    throw Error(failure.code(), fmt::format("{}: {}", file, failure.what()), failure.hint(), failure.details());
  }
}

std::vector<fs::path> entries(const fs::path& directory, std::string_view extension) {
  std::error_code failed;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(directory, failed)) {
    const bool wanted = extension.empty() ? entry.is_directory() : entry.path().extension() == extension;
    if (wanted) found.push_back(entry.path());
  }
  if (failed) throw system_error(fmt::format("cannot read {}", directory.string()), failed.value());
  std::ranges::sort(found);
  return found;
}

Domain load_domain(const fs::path& file, const std::string& shown, const Irregular& irregular) {
  return reading(shown, [&] {
    json::value content = read_structured(file);
    rename_defaults_of_domain(content);
    Domain domain = from_json<Domain>(content);
    for (Entity& entity : domain.entities) complete_names(entity, irregular);
    if (domain.name != file.stem().string()) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("name: expected {}, like the file, got {}", file.stem().string(), domain.name));
    }
    return domain;
  });
}

// Every type gets every key that some type has, so that a template may use it for any field.
void complete_types(Stack& stack) {
  std::map<std::string, json::value> keys;
  for (const auto& [type, entries] : stack.types) {
    for (const auto& [key, unused] : entries) keys.emplace(key, false);
  }
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<FieldType>>([&](auto enumerator) {
    auto& entries = stack.types[enumerator.name];
    entries.insert(keys.begin(), keys.end());
  });
}

std::map<std::string, std::string> load_texts(const fs::path& directory) {
  std::map<std::string, std::string> texts;
  std::error_code failed;
  for (const auto& entry : fs::recursive_directory_iterator(directory, failed)) {
    if (!entry.is_regular_file()) continue;
    texts.emplace(fs::relative(entry.path(), directory).generic_string(), read_text(entry.path()));
  }
  if (failed) throw system_error(fmt::format("cannot read {}", directory.string()), failed.value());
  return texts;
}

Stack load_stack(const fs::path& directory, const std::string& shown) {
  return reading(shown, [&] {
    Stack stack = from_json<Stack>(read_structured(directory / "stack.yaml"));
    if (stack.name != directory.filename().string()) {
      throw Error(ErrorCode::invalid_argument, fmt::format("name: expected {}, like the directory, got {}",
                                                           directory.filename().string(), stack.name));
    }
    for (const auto& [type, entries] : stack.types) from_json<FieldType>(json::string(type), "types");
    complete_types(stack);
    stack.templates = load_texts(directory / "templates");
    return stack;
  });
}

// "fastapi-web:app/main.py" is a template of another stack.
void borrow_templates(Stack& stack, const std::map<std::string, Stack>& stacks) {
  for (const TaskTemplate& task : stack.tasks) {
    for (const TemplateFile& file : task.files) {
      const std::size_t colon = file.from.find(':');
      if (colon == std::string::npos) continue;
      const auto lender = stacks.find(file.from.substr(0, colon));
      if (lender == stacks.end()) continue;
      const auto text = lender->second.templates.find(file.from.substr(colon + 1));
      if (text != lender->second.templates.end()) stack.templates.emplace(file.from, text->second);
    }
  }
}

std::vector<Look> load_looks(const fs::path& file) {
  return reading("looks.yaml", [&] {
    std::vector<Look> looks;
    const json::value content = read_structured(file);
    if (!content.is_object()) throw Error(ErrorCode::invalid_argument, "expected looks by name");
    for (const auto& entry : content.get_object()) {
      Look look = from_json<Look>(entry.value(), std::string(entry.key()));
      look.name = entry.key();
      looks.push_back(std::move(look));
    }
    return looks;
  });
}

Locale load_locale(const fs::path& file, const std::string& shown) {
  return reading(shown, [&] {
    json::value content = read_structured(file);
    if (!content.is_object()) throw Error(ErrorCode::invalid_argument, "expected the names language, ui and words");
    const json::object& object = content.get_object();
    for (const auto& entry : object) {
      if (entry.key() == "language") {
        from_json<std::string>(entry.value(), "language");
      } else if (entry.key() == "ui" || entry.key() == "words") {
        from_json<std::map<std::string, std::string>>(entry.value(), std::string(entry.key()));
      } else {
        json_detail::unknown_member("", std::string_view(entry.key()), "language, ui, words");
      }
    }
    for (const std::string_view name : {"language", "ui", "words"}) {
      if (!object.contains(name))
        throw Error(ErrorCode::invalid_argument, fmt::format("{}: expected, but missing", name));
    }
    return Locale{.code = file.stem().string(), .content = object};
  });
}

template <class Named>
const Named& named(const std::map<std::string, Named>& all, std::string_view name, std::string_view what) {
  const auto found = all.find(std::string(name));
  if (found != all.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, unused] : all) names.push_back(known);
  throw Error(ErrorCode::not_found, fmt::format("There is no {} named {}.", what, name),
              fmt::format("There are: {}.", joined(names, ", ")));
}

std::string text_at(const json::object& content, std::string_view section, std::string_view key) {
  const json::value* words = content.if_contains(section);
  if (words == nullptr || !words->is_object()) return {};
  const json::value* found = words->get_object().if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

}  // namespace

std::string Locale::language_name() const {
  const json::value* found = content.if_contains("language");
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : code;
}

std::string Locale::ui(std::string_view key) const { return text_at(content, "ui", key); }

std::string Locale::word(std::string_view label) const {
  std::string found = text_at(content, "words", label);
  return found.empty() ? std::string(label) : found;
}

void complete_names(Entity& entity, const Irregular& irregular) {
  if (entity.plural.empty()) entity.plural = plural_of(entity.name, irregular);
  if (entity.slug.empty()) entity.slug = kebab_case(entity.plural);
  if (entity.title.empty()) entity.title = sentence_case(entity.name);
  if (entity.titles.empty()) entity.titles = plural_of(entity.title, irregular);
  for (Field& field : entity.fields) {
    if (field.label.empty()) field.label = sentence_case(field.name);
  }
}

Knowledge load_knowledge(const fs::path& directory) {
  Knowledge knowledge;
  knowledge.interview = reading(
      "interview.yaml", [&] { return from_json<InterviewBook>(read_structured(directory / "interview.yaml")); });
  knowledge.assertions = reading(
      "assertions.yaml", [&] { return from_json<AssertionBook>(read_structured(directory / "assertions.yaml")); });
  knowledge.looks = load_looks(directory / "looks.yaml");
  for (const fs::path& file : entries(directory / "locales", ".yaml")) {
    Locale locale = load_locale(file, "locales/" + file.filename().string());
    knowledge.locales.emplace(locale.code, std::move(locale));
  }
  for (const fs::path& file : entries(directory / "stacks", "")) {
    Stack stack = load_stack(file, "stacks/" + file.filename().string() + "/stack.yaml");
    knowledge.stacks.emplace(stack.name, std::move(stack));
  }
  for (auto& [name, stack] : knowledge.stacks) borrow_templates(stack, knowledge.stacks);
  for (const fs::path& file : entries(directory / "domains", ".yaml")) {
    Domain domain = load_domain(file, "domains/" + file.filename().string(), knowledge.interview.irregular_plurals);
    knowledge.domains.emplace(domain.name, std::move(domain));
  }
  knowledge.documents = load_texts(directory / "documents");
  check_knowledge(knowledge);
  return knowledge;
}

const Domain& domain_named(const Knowledge& knowledge, std::string_view name) {
  return named(knowledge.domains, name, "domain");
}

const Stack& stack_named(const Knowledge& knowledge, std::string_view name) {
  return named(knowledge.stacks, name, "stack");
}

}  // namespace tenon::agents
