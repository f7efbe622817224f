#include "delivery/harness/variables.h"

#include <charconv>
#include <chrono>
#include <random>

#include <fmt/format.h>
#include <boost/algorithm/string/case_conv.hpp>

#include "core/ids.h"

namespace tenon::delivery {
namespace {

// Far enough away that no fixed date of a check or sample is met, near enough for every database.
constexpr std::chrono::sys_days kFirstFreshDay = std::chrono::year(2101) / 1 / 1;
constexpr std::uint32_t kFreshRange = 1U << 20U;
constexpr std::uint32_t kFreshDays = 30'000;
constexpr std::uint32_t kFirstFreshNumber = 1'000'000;

std::string date_text(std::uint32_t ordinal) {
  const std::chrono::year_month_day day(kFirstFreshDay + std::chrono::days(ordinal % kFreshDays));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

struct Placeholder {
  std::size_t begin = 0;
  std::size_t end = 0;  // one past the brace
  std::string name;
};

std::optional<Placeholder> next_placeholder(std::string_view text, std::size_t from) {
  const std::size_t begin = text.find("${", from);
  const std::size_t end = begin == text.npos ? text.npos : text.find('}', begin);
  if (end == text.npos) return std::nullopt;
  return Placeholder{.begin = begin, .end = end + 1, .name = std::string(text.substr(begin + 2, end - begin - 2))};
}

}  // namespace

Freshness fresh(std::uint32_t index) {
  static const std::uint32_t start = std::random_device()() % kFreshRange;
  // The end of an ULID is its random part.
  return {.token = "u" + boost::to_lower_copy(new_ulid().substr(17)), .ordinal = (start + index) % kFreshRange};
}

Variables::Variables(const Freshness& freshness) {
  set("unique", json::string(freshness.token));
  set("unique_date", json::string(date_text(freshness.ordinal)));
  set("unique_number", kFirstFreshNumber + freshness.ordinal);
}

void Variables::set(const std::string& name, json::value value) { values_.insert_or_assign(name, std::move(value)); }

std::expected<std::string, std::string> Variables::fill_text(std::string_view text) const {
  std::string out;
  std::size_t at = 0;
  while (const auto placeholder = next_placeholder(text, at)) {
    const auto found = values_.find(placeholder->name);
    if (found == values_.end()) return std::unexpected("${" + placeholder->name + "}");
    out += text.substr(at, placeholder->begin - at);
    out += text_of(found->second);
    at = placeholder->end;
  }
  out += text.substr(at);
  return out;
}

std::expected<json::value, std::string> Variables::fill(const json::value& value) const {
  if (value.is_string()) {
    const std::string_view text = value.get_string();
    const auto only = next_placeholder(text, 0);
    if (only && only->begin == 0 && only->end == text.size()) {
      const auto found = values_.find(only->name);
      if (found == values_.end()) return std::unexpected(std::string(text));
      return found->second;
    }
    auto filled = fill_text(text);
    if (!filled) return std::unexpected(filled.error());
    return json::string(*filled);
  }
  if (value.is_array()) {
    json::array out;
    for (const json::value& element : value.get_array()) {
      auto filled = fill(element);
      if (!filled) return filled;
      out.push_back(std::move(*filled));
    }
    return out;
  }
  if (value.is_object()) {
    json::object out;
    for (const auto& entry : value.get_object()) {
      auto filled = fill(entry.value());
      if (!filled) return filled;
      out.emplace(entry.key(), std::move(*filled));
    }
    return out;
  }
  return value;
}

std::expected<RecordReference, std::string> parse_record_reference(std::string_view name) {
  constexpr std::string_view kPrefix = "record:";
  const std::size_t colon = name.rfind(':');
  RecordReference reference;
  const std::string_view number = colon == name.npos ? "" : name.substr(colon + 1);
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), reference.position);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == number.data() + number.size() && reference.position > 0;
  if (!name.starts_with(kPrefix) || colon < kPrefix.size() || !whole) return std::unexpected(std::string(name));
  reference.slug = name.substr(kPrefix.size(), colon - kPrefix.size());
  return reference;
}

std::set<std::string> placeholders_in(const json::value& value) {
  std::set<std::string> names;
  if (value.is_string()) {
    const std::string_view text = value.get_string();
    std::size_t at = 0;
    while (const auto placeholder = next_placeholder(text, at)) {
      names.insert(placeholder->name);
      at = placeholder->end;
    }
  } else if (value.is_array()) {
    for (const json::value& element : value.get_array()) names.merge(placeholders_in(element));
  } else if (value.is_object()) {
    for (const auto& entry : value.get_object()) names.merge(placeholders_in(entry.value()));
  }
  return names;
}

}  // namespace tenon::delivery
