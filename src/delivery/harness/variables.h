// The `${…}` of a check: fresh values for this check, ids of records, and what earlier steps saved. A text that is one
// placeholder and nothing else keeps the JSON type of its value, so that an id stays a number.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace tenon::delivery {

namespace json = boost::json;

// What fresh values are derived from; no two checks of the same app get the same ones.
struct Freshness {
  std::string token;          // lower-case letters and digits, 10 characters, starts with a letter
  std::uint32_t ordinal = 0;  // decides ${unique_date} and ${unique_number}
};

// `index` tells the checks of one pass apart; the rest is random.
Freshness fresh(std::uint32_t index);

class Variables final {
 public:
  explicit Variables(const Freshness& freshness);

  void set(const std::string& name, json::value value);
  bool has(const std::string& name) const { return values_.contains(name); }

  // The error names the placeholder that has no value.
  std::expected<std::string, std::string> fill_text(std::string_view text) const;
  std::expected<json::value, std::string> fill(const json::value& value) const;

 private:
  std::map<std::string, json::value> values_;
};

// `${record:<slug>:N}` as it is written, without the braces; and its parts.
struct RecordReference {
  std::string slug;
  std::size_t position = 1;
};
std::expected<RecordReference, std::string> parse_record_reference(std::string_view name);

// Names of all placeholders in all texts of the value.
std::set<std::string> placeholders_in(const json::value& value);

}  // namespace tenon::delivery
