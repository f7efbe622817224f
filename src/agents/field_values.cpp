#include "agents/field_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <re2/re2.h>

#include "agents/text_forms.h"

namespace tenon::agents {
namespace {

constexpr std::int64_t kShortText = 200;  // longest value of a string without max_length

bool matches(std::string_view text, const char* pattern) { return RE2::FullMatch(text, pattern); }

std::optional<double> number_in(const json::value& value) {
  if (value.is_number()) return value.to_number<double>();
  if (!value.is_string()) return std::nullopt;
  const json::string& text = value.get_string();
  if (!matches(std::string_view(text), R"(-?\d+(\.\d+)?)")) return std::nullopt;
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string bounds_problem(const Field& field, double number) {
  if (field.min && number < *field.min) return fmt::format("expected at least {}", number_text(*field.min));
  if (field.max && number > *field.max) return fmt::format("expected at most {}", number_text(*field.max));
  return "";
}

std::string number_problem(const Field& field, const json::value& value) {
  const std::optional<double> number = number_in(value);
  if (!number) return "expected a number";
  if (field.type == FieldType::integer && std::nearbyint(*number) != *number) return "expected a whole number";
  return bounds_problem(field, *number);
}

std::string text_problem(const Field& field, std::string_view text) {
  if (text.empty()) return "expected some text";
  const std::size_t length = static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  if (field.max_length && length > static_cast<std::size_t>(*field.max_length)) {
    return fmt::format("expected at most {} characters", *field.max_length);
  }
  return "";
}

std::string shape_problem(std::string_view text, const char* pattern, std::string_view what) {
  return matches(text, pattern) ? "" : fmt::format("expected {}", what);
}

std::chrono::year_month_day day_of(Timestamp time) {
  return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time));
}

double example_number(const Field& field, Variant variant) {
  const bool whole = field.type == FieldType::integer;
  const double step = field.type == FieldType::money ? 2.5 : 1;
  double number = field.min ? *field.min + (whole ? 1 : step) : 12;
  if (number < 1) number = whole ? 3 : 12.5;
  if (variant == Variant::second) number += step;
  if (field.max && number > *field.max)
    number = variant == Variant::first ? *field.max : field.min.value_or(*field.max - 1);
  return number;
}

std::string example_text(const Field& field, Variant variant) {
  std::string text = fmt::format("{} {}", field.label, variant == Variant::first ? "one" : "two");
  if (field.unique) text = variant == Variant::first ? "QX-7041" : "QX-7042";
  const auto longest = static_cast<std::size_t>(field.max_length.value_or(kShortText));
  if (text.size() <= longest) return text;
  return variant == Variant::first ? std::string(longest, 'x') : std::string(longest, 'y');
}

json::value own_example(const Field& field, Timestamp created) {
  if (field.example.is_null()) return nullptr;
  return stored_value(field, field.example, created);
}

json::value derived_example(const Field& field, Variant variant, Timestamp created) {
  const bool first = variant == Variant::first;
  const int year = year_of(created) + (first ? 20 : 21);
  switch (field.type) {
    case FieldType::integer:
      return static_cast<std::int64_t>(example_number(field, variant));
    case FieldType::decimal:
      return example_number(field, variant);
    case FieldType::money:
      return json::string(fmt::format("{:.2f}", example_number(field, variant)));
    case FieldType::boolean:
      return first;
    case FieldType::date:
      return json::string(fmt::format("{}-{}", year, first ? "03-14" : "05-21"));
    case FieldType::time:
      return json::string(first ? "10:30" : "14:45");
    case FieldType::datetime:
      return json::string(fmt::format("{}-{}", year, first ? "03-14T10:30" : "05-21T14:45"));
    case FieldType::email:
      return json::string(first ? "robin@example.com" : "sasha@example.com");
    case FieldType::phone:
      return json::string(first ? "+1 555 0191" : "+1 555 0192");
    case FieldType::url:
      return json::string(first ? "https://example.com/one" : "https://example.com/two");
    case FieldType::choice:
      return json::string(first ? field.choices.front() : field.choices.back());
    case FieldType::reference:
      return first ? 1 : 2;
    default:
      return json::string(example_text(field, variant));
  }
}

}  // namespace

bool is_number(FieldType type) {
  return type == FieldType::integer || type == FieldType::decimal || type == FieldType::money;
}

std::string problem_with_value(const Field& field, const json::value& value, std::size_t target_samples) {
  if (is_number(field.type)) return number_problem(field, value);
  if (field.type == FieldType::boolean) return value.is_bool() ? "" : "expected true or false";
  if (field.type == FieldType::reference) {
    const bool whole = value.is_int64() && value.get_int64() >= 1;
    if (whole && static_cast<std::size_t>(value.get_int64()) <= target_samples) return "";
    return fmt::format("expected the number of a sample of {}, from 1 to {}", field.target, target_samples);
  }
  if (!value.is_string()) return "expected text (put it in quotes)";
  const std::string_view text(value.get_string());
  switch (field.type) {
    case FieldType::choice:
      if (std::ranges::find(field.choices, text) != field.choices.end()) return "";
      return "expected one of the choices";
    case FieldType::date:
      return shape_problem(text, R"([+-]\d+|\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))",
                           "a day such as 2030-01-31 or +3");
    case FieldType::time:
      return shape_problem(text, R"(([01]\d|2[0-3]):[0-5]\d)", "a time such as 14:30");
    case FieldType::datetime:
      return shape_problem(text, R"(([+-]\d+|\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))T([01]\d|2[0-3]):[0-5]\d)",
                           "a day and time such as 2030-01-31T14:30 or +3T14:30");
    case FieldType::email:
      return shape_problem(text, R"([^@\s]+@[^@\s]+\.[^@\s]+)", "an email address");
    case FieldType::phone:
      return shape_problem(text, R"(\+?[0-9 ()/-]{5,30})", "a phone number such as +1 555 0100");
    case FieldType::url:
      return shape_problem(text, R"(https?://[^\s]+)", "a web address that starts with https://");
    default:
      return text_problem(field, text);
  }
}

json::value stored_value(const Field& field, const json::value& value, Timestamp created) {
  if (field.type == FieldType::money) {
    if (const auto number = number_in(value)) return json::string(fmt::format("{:.2f}", *number));
  }
  if (field.type == FieldType::integer) {
    if (const auto number = number_in(value)) return static_cast<std::int64_t>(*number);
  }
  if (field.type == FieldType::decimal) {
    if (const auto number = number_in(value)) return *number;
  }
  const bool dated = field.type == FieldType::date || field.type == FieldType::datetime;
  if (!dated || !value.is_string()) return value;
  const std::string text(value.get_string());
  if (!text.starts_with('+') && !text.starts_with('-')) return value;
  const std::size_t end = std::min(text.find('T'), text.size());
  int days = 0;
  std::from_chars(text.data() + 1, text.data() + end, days);
  return json::string(day_after(created, text[0] == '-' ? -days : days) + text.substr(end));
}

json::value example_value(const Field& field, Variant variant, Timestamp created) {
  const json::value own = own_example(field, created);
  if (own.is_null()) return derived_example(field, variant, created);
  if (variant == Variant::first) return own;
  const json::value other = derived_example(field, Variant::second, created);
  return other == own ? derived_example(field, Variant::first, created) : other;
}

std::string invalid_value(const Field& field) {
  switch (field.type) {
    case FieldType::integer:
    case FieldType::decimal:
    case FieldType::money:
      return field.min ? number_text(*field.min - 1) : "not a number";
    case FieldType::date:
    case FieldType::datetime:
      return "31st of never";
    case FieldType::time:
      return "25:99";
    case FieldType::email:
      return "not an address";
    case FieldType::phone:
      return "call me";
    case FieldType::url:
      return "javascript:alert(1)";
    case FieldType::choice:
      return "none of these";
    case FieldType::reference:
      return "999999999";
    case FieldType::string:
      return field.max_length ? std::string(static_cast<std::size_t>(*field.max_length) + 1, 'x') : "";
    default:
      return "";
  }
}

std::string day_after(Timestamp created, int days) {
  const std::chrono::year_month_day day = day_of(created + std::chrono::days(days));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

int year_of(Timestamp time) { return static_cast<int>(day_of(time).year()); }

}  // namespace tenon::agents
