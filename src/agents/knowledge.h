// What the golden-path brain knows: domains, stacks, assertions, questions, looks and languages, read from
// `data/golden-paths` (format: docs/golden-paths.md) into described structs and checked as a whole. After loading
// nothing here touches a file: templates and document texts are held in memory, and every function of this room is a
// pure one.
//
// Every mistake is an Error(invalid_argument) that names the file, the path inside it and what was expected; an unknown
// key is a mistake. A Knowledge is immutable after loading and may be read by any number of threads.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>
#include <boost/json.hpp>

namespace tenon::agents {

namespace json = boost::json;

enum class FieldType {
  string,
  text,
  integer,
  decimal,
  money,
  boolean,
  date,
  time,
  datetime,
  email,
  phone,
  url,
  choice,
  reference,
};
BOOST_DESCRIBE_ENUM(FieldType, string, text, integer, decimal, money, boolean, date, time, datetime, email, phone, url,
                    choice, reference)

// Values of Entity::access and Stack::kind ("private" and "static" cannot be enumerators).
inline constexpr std::string_view kCatalog = "catalog";
inline constexpr std::string_view kInbox = "inbox";
inline constexpr std::string_view kPrivate = "private";
inline constexpr std::string_view kInternal = "internal";
inline constexpr std::string_view kWeb = "web";
inline constexpr std::string_view kApi = "api";
inline constexpr std::string_view kStatic = "static";

// The key `default` of the files is the member `preset`.
struct Field {
  std::string name;
  std::string label;
  FieldType type = FieldType::string;
  bool required = false;
  bool unique = false;
  std::optional<std::int64_t> max_length;
  std::optional<double> min;
  std::optional<double> max;
  std::vector<std::string> choices;
  std::string target;
  json::value preset;
  std::string help;
  bool search = false;
  bool future = false;
  json::value example;
  bool operator==(const Field&) const = default;
};
BOOST_DESCRIBE_STRUCT(Field, (),
                      (name, label, type, required, unique, max_length, min, max, choices, target, preset, help, search,
                       future, example))

struct Capacity {
  std::string sum;
  std::vector<std::string> per;
  std::int64_t max = 0;
  bool operator==(const Capacity&) const = default;
};
BOOST_DESCRIBE_STRUCT(Capacity, (), (sum, per, max))

struct Adjust {
  std::string target;
  std::string field;
  std::string by;
  bool operator==(const Adjust&) const = default;
};
BOOST_DESCRIBE_STRUCT(Adjust, (), (target, field, by))

struct Alert {
  std::string name;
  std::string title;
  std::string field;
  std::string at_most;
  bool operator==(const Alert&) const = default;
};
BOOST_DESCRIBE_STRUCT(Alert, (), (name, title, field, at_most))

struct Rules {
  std::vector<std::vector<std::string>> unique_together;
  std::optional<Capacity> capacity;
  std::optional<Adjust> adjust;
  std::optional<Alert> alert;
  bool operator==(const Rules&) const = default;
};
BOOST_DESCRIBE_STRUCT(Rules, (), (unique_together, capacity, adjust, alert))

struct Entity {
  std::string name;
  std::string plural;  // filled by the loader when the file leaves it out, like slug, title, titles
  std::string slug;
  std::string title;
  std::string titles;
  std::string summary;
  std::string access;
  std::string feature;
  std::string title_field;
  bool gallery = false;
  std::vector<Field> fields;
  std::vector<json::object> samples;
  Rules rules;
  bool operator==(const Entity&) const = default;
};
BOOST_DESCRIBE_STRUCT(Entity, (),
                      (name, plural, slug, title, titles, summary, access, feature, title_field, gallery, fields,
                       samples, rules))

struct Role {
  std::string name;
  std::string title;
  std::string summary;
  std::vector<std::string> manages;
  bool operator==(const Role&) const = default;
};
BOOST_DESCRIBE_STRUCT(Role, (), (name, title, summary, manages))

// Every list that is given must hold the value; `has` and `lacks` name flags of the entity's or the app's model.
struct Condition {
  std::vector<std::string> access;
  std::vector<std::string> kind;
  std::vector<std::string> has;
  std::vector<std::string> lacks;
};
BOOST_DESCRIBE_STRUCT(Condition, (), (access, kind, has, lacks))

struct AssertionTemplate {
  std::string kind;
  std::string entity;  // empty: of the whole app, or of every entity that `when` admits
  Condition when;
  std::string text;
  std::vector<json::object> check;
};
BOOST_DESCRIBE_STRUCT(AssertionTemplate, (), (kind, entity, when, text, check))

struct Feature {
  std::string name;
  std::string title;
  std::string summary;
  bool preset = false;
  std::vector<std::string> keywords;
  std::string requirement;
  std::vector<AssertionTemplate> assertions;
};
BOOST_DESCRIBE_STRUCT(Feature, (), (name, title, summary, preset, keywords, requirement, assertions))

struct Texts {
  std::string name;
  std::string tagline;
  std::string about;
  std::string call_to_action;
  std::string call_to_action_entity;
  std::string address;
  std::string phone;
  std::string email;
  std::vector<std::string> hours;
  bool operator==(const Texts&) const = default;
};
BOOST_DESCRIBE_STRUCT(Texts, (),
                      (name, tagline, about, call_to_action, call_to_action_entity, address, phone, email, hours))

// What choosing an answer does to the app; all optional.
struct Effect {
  std::vector<std::string> features_on;
  std::vector<std::string> features_off;
  std::map<std::string, std::string> access;  // entities of the first access get the second
  std::vector<std::string> flags;             // set in the app model: runs_docker, without_samples …
};
BOOST_DESCRIBE_STRUCT(Effect, (), (features_on, features_off, access, flags))

struct Choice {
  std::string value;
  std::string label;
  std::string summary;
  std::string changes;  // what this answer changes, in a sentence
  Condition when;
  Effect effect;
};
BOOST_DESCRIBE_STRUCT(Choice, (), (value, label, summary, changes, when, effect))

enum class AnswerKind { one, several, words };
BOOST_DESCRIBE_ENUM(AnswerKind, one, several, words)

// A question as it stands in the data. `choices_from` fills the choices from features, stacks, looks or locales.
struct QuestionTemplate {
  std::string name;
  int round = 2;
  AnswerKind type = AnswerKind::one;
  std::string text;
  std::string choices_from;
  std::vector<Choice> choices;
  std::vector<std::string> suggest;
  std::string reason;
  std::string changes;
  Condition when;
};
BOOST_DESCRIBE_STRUCT(QuestionTemplate, (),
                      (name, round, type, text, choices_from, choices, suggest, reason, changes, when))

struct Domain {
  std::string name;
  std::string title;
  std::string summary;
  std::map<std::string, int> keywords;
  std::string stack;
  std::vector<std::string> kinds;
  Texts texts;
  std::vector<Role> roles;
  std::vector<Entity> entities;
  std::vector<Feature> features;
  std::vector<QuestionTemplate> questions;
  std::vector<AssertionTemplate> assertions;
};
BOOST_DESCRIBE_STRUCT(Domain, (),
                      (name, title, summary, keywords, stack, kinds, texts, roles, entities, features, questions,
                       assertions))

struct TemplateFile {
  std::string from;
  std::string to;
  std::string each;
  std::string when;  // a flag of the model, "!flag" for its opposite
  bool executable = false;
};
BOOST_DESCRIBE_STRUCT(TemplateFile, (), (from, to, each, when, executable))

struct TaskTemplate {
  std::string id;
  std::string title;
  std::string type;
  std::vector<std::string> after;
  std::string when;
  std::vector<std::string> paths;
  std::vector<TemplateFile> files;
};
BOOST_DESCRIBE_STRUCT(TaskTemplate, (), (id, title, type, after, when, paths, files))

// A program, or a Python module, that must be there; `package` is how it is called in Debian.
struct Need {
  std::string command;
  std::string python;
  std::string version;
  std::string package;
};
BOOST_DESCRIBE_STRUCT(Need, (), (command, python, version, package))

struct Coverage {
  std::string report;
  double minimum = 0;
};
BOOST_DESCRIBE_STRUCT(Coverage, (), (report, minimum))

struct Stack {
  std::string name;
  std::string title;
  std::string summary;
  std::string kind;
  std::map<std::string, int> keywords;
  std::string paths_for;
  std::vector<Need> needs;
  std::map<std::string, std::map<std::string, json::value>> types;  // every type has every key
  std::map<std::string, std::vector<std::string>> commands;  // {port} {report} {coverage} are filled in by the runner
  std::string health;
  std::map<std::string, std::string> environment;
  std::map<std::string, std::string> check_environment;  // besides, while the harness checks the running app
  std::optional<Coverage> coverage;
  std::vector<TaskTemplate> tasks;
  std::map<std::string, std::string> templates;  // path below templates/ → text; not a key of the file
};
BOOST_DESCRIBE_STRUCT(Stack, (),
                      (name, title, summary, kind, keywords, paths_for, needs, types, commands, health, environment,
                       check_environment, coverage, tasks))

struct Look {
  std::string name;  // the key in the file
  std::string title;
  std::string summary;
  std::vector<std::string> keywords;
  std::string accent;
  std::string accent_dark;
  std::string accent_text;
  std::string surface;
  std::string font;
  std::vector<std::string> fits;
};
BOOST_DESCRIBE_STRUCT(Look, (), (name, title, summary, keywords, accent, accent_dark, accent_text, surface, font, fits))

struct Locale {
  std::string code;      // "de"; the file name
  json::object content;  // the whole file, handed to templates as it is
  std::string language_name() const;
  // A word of the user interface; empty when this locale lacks it.
  std::string ui(std::string_view key) const;
  // A label of a domain in this language; the label itself when it is not known.
  std::string word(std::string_view label) const;
};

// A requirement of the whole app with its assertions.
struct RequirementTemplate {
  std::string name;
  Condition when;
  std::string requirement;
  std::vector<AssertionTemplate> assertions;
};
BOOST_DESCRIBE_STRUCT(RequirementTemplate, (), (name, when, requirement, assertions))

// How an entity without a feature is required, by access and kind.
struct EntityRequirement {
  Condition when;
  std::string requirement;
};
BOOST_DESCRIBE_STRUCT(EntityRequirement, (), (when, requirement))

struct AssertionBook {
  std::vector<EntityRequirement> requirements;
  std::vector<AssertionTemplate> entity;
  std::vector<RequirementTemplate> app;
};
BOOST_DESCRIBE_STRUCT(AssertionBook, (), (requirements, entity, app))

// A wish that no stack grants: what is said, and the nearest thing that can be done.
struct Wish {
  std::string name;
  std::vector<std::string> keywords;
  std::string answer;
};
BOOST_DESCRIBE_STRUCT(Wish, (), (name, keywords, answer))

// How the type of a field is guessed from its name; the first rule that matches wins. `names` are whole names or words
// with a leading or trailing `*`.
struct FieldGuess {
  std::vector<std::string> names;
  FieldType type = FieldType::string;
  bool unique = false;
  bool search = false;
  std::vector<std::string> choices;
  std::vector<json::value> samples;  // believable values, in turn
  std::optional<std::int64_t> max_length;
  std::optional<double> min;
};
BOOST_DESCRIBE_STRUCT(FieldGuess, (), (names, type, unique, search, choices, samples, max_length, min))

// Words by which a kind of stack, a language or an access is asked for.
struct Wordings {
  std::map<std::string, std::vector<std::string>> kinds;
  std::vector<std::string> one_page;
  std::map<std::string, std::vector<std::string>> languages;
  std::vector<std::string> internal;
  std::vector<std::string> catalog;
  std::vector<std::string> decline;     // "without", "no", …
  std::vector<std::string> list_verbs;  // "track", "manage", … begin a list of entities
  std::vector<std::string> filler;      // words that are never an entity or a field
  std::vector<std::string> known;       // ordinary words; a goal with none of any known word is gibberish
  std::map<std::string, int> numbers;   // "two": 2
};
BOOST_DESCRIBE_STRUCT(Wordings, (),
                      (kinds, one_page, languages, internal, catalog, decline, list_verbs, filler, known, numbers))

// Something people name without saying what is known about it.
struct Thing {
  std::vector<std::string> names;   // singular; "default" fits everything
  std::vector<std::string> fields;  // the first one names a record
  std::vector<std::string> titles;  // believable values of the first field
  bool person = false;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (names, fields, titles, person))

struct InterviewBook {
  std::vector<QuestionTemplate> questions;
  std::vector<Wish> wishes;
  Wordings wordings;
  std::vector<FieldGuess> fields;
  std::map<std::string, std::vector<json::value>> samples;  // by field type, and "title" for the naming field
  std::vector<Thing> things;
  std::vector<Entity> fallback;                          // built when the goal says for whom, but not what
  std::vector<std::string> reserved;                     // never a name of an entity or a field
  std::vector<std::string> reserved_slugs;               // URL segments that stacks use themselves
  std::map<std::string, std::string> irregular_plurals;  // singular: plural
  std::vector<std::string> non_goals;                    // said in every brief
};
BOOST_DESCRIBE_STRUCT(InterviewBook, (),
                      (questions, wishes, wordings, fields, samples, things, fallback, reserved, reserved_slugs,
                       irregular_plurals, non_goals))

struct Knowledge {
  std::map<std::string, Domain> domains;  // with "free-form"
  std::map<std::string, Stack> stacks;
  AssertionBook assertions;
  InterviewBook interview;
  std::vector<Look> looks;
  std::map<std::string, Locale> locales;         // with "en"
  std::map<std::string, std::string> documents;  // name of a file in documents/ → text
};

// `directory` is Settings::share / "golden-paths". Throws invalid_argument, not_found, permission_denied.
Knowledge load_knowledge(const std::filesystem::path& directory);

// Throws not_found with the names there are as the hint.
const Domain& domain_named(const Knowledge& knowledge, std::string_view name);
const Stack& stack_named(const Knowledge& knowledge, std::string_view name);

}  // namespace tenon::agents
