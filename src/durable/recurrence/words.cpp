#include "durable/recurrence/words.h"

#include <charconv>

namespace tenon::durable {

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t end = text.find(separator);
    words.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return words;
    text.remove_prefix(end + 1);
  }
}

std::optional<long> parse_number(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  long number = 0;
  if (text.size() > 11) return std::nullopt;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<int> place_of(std::string_view name, std::string_view names, std::size_t letters) {
  if (name.size() != letters) return std::nullopt;
  for (std::size_t i = 0; i < names.size(); i += letters) {
    if (names.substr(i, letters) == name) return static_cast<int>(i / letters);
  }
  return std::nullopt;
}

}  // namespace tenon::durable
