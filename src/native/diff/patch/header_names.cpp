#include "native/diff/patch/header_names.h"

#include <algorithm>

#include <re2/re2.h>

#include "native/diff/patch/quoted_name.h"

namespace tenon::diff::patch {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string with_single_slashes(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c != '/' || !result.ends_with('/')) result += c;
  }
  return result;
}

// What is left after `strip` components; nothing if there are not so many. A leading slash counts as one.
std::optional<std::string_view> stripped(std::string_view name, std::uint32_t strip) {
  for (; strip > 0; --strip) {
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    name.remove_prefix(slash + 1);
  }
  return name;
}

std::optional<std::string> placed(std::optional<std::string_view> name, std::string_view directory) {
  if (!name || name->empty()) return std::nullopt;
  return with_single_slashes(std::string(directory) + std::string(*name));
}

std::optional<std::string> quoted_in_line(std::string_view line, const NameRule& rule) {
  const std::optional<UnquotedName> name = unquoted_name(line);
  return name ? placed(stripped(name->name, rule.strip), rule.directory) : std::nullopt;
}

std::string_view up_to(std::string_view line, NameEnd end) {
  line = without_line_end(line);
  if (end == NameEnd::line) return line;
  const auto stop =
      std::ranges::find_if(line, [&](char c) { return c == '\t' || (end == NameEnd::whitespace && is_space(c)); });
  return line.substr(0, static_cast<std::size_t>(stop - line.begin()));
}

// Stripping for the names of `diff --git`, which are never absolute.
std::optional<std::string_view> stripped_of_prefix(std::string_view name, std::uint32_t strip) {
  if (name.starts_with('/')) return std::nullopt;
  return stripped(name, strip);
}

std::optional<std::string> both_with_quotes(std::string_view first, std::string_view second, const NameRule& rule) {
  const auto one = stripped_of_prefix(first, rule.strip);
  const auto other = stripped_of_prefix(second, rule.strip);
  if (!one || one != other) return std::nullopt;
  return placed(one, rule.directory);
}

std::string_view without_leading_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

std::optional<std::string> both_first_quoted(std::string_view line, const NameRule& rule) {
  const std::optional<UnquotedName> first = unquoted_name(line);
  if (!first) return std::nullopt;
  const std::string_view rest = without_leading_space(line.substr(first->length));
  if (!rest.starts_with('"')) return both_with_quotes(first->name, rest, rule);
  const std::optional<UnquotedName> second = unquoted_name(rest);
  return second ? both_with_quotes(first->name, second->name, rule) : std::nullopt;
}

// Without quotes a name may hold spaces, so each space may be the one between the two names: the one is meant that has
// the same on both sides.
std::optional<std::string> both_unquoted(std::string_view line, const NameRule& rule) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != ' ' && line[i] != '\t') continue;
    const std::optional<std::string_view> first = stripped_of_prefix(line.substr(0, i), rule.strip);
    const std::optional<std::string_view> second = stripped_of_prefix(line.substr(i + 1), rule.strip);
    if (first && first == second) return placed(first, rule.directory);
  }
  return std::nullopt;
}

// The bytes of a date at the end of a line with the space before it, as diff(1) and others write it; 0: none.
std::size_t date_length(std::string_view line) {
  static const RE2 kDate(
      R"((\s+(\d{4}-\d\d-\d\d|\d\d-\d\d-\d{4}|\d{4}/\d\d/\d\d)\s+\d\d:\d\d:\d\d(\.\d+)?(\s+[-+]\d\d:?\d\d)?|)"
      R"(\s+\w{3}\s+\w{3}\s+\d+\s+\d\d:\d\d:\d\d\s+\d{4}(\s+[-+]\d\d:?\d\d)?)\s*$)");
  re2::StringPiece date;
  return RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), kDate, &date) ? date.size() : 0;
}

}  // namespace

bool is_dev_null(std::string_view line) {
  constexpr std::string_view kNull = "/dev/null";
  line = without_line_end(line);
  return line.starts_with(kNull) && (line.size() == kNull.size() || is_space(line[kNull.size()]));
}

std::optional<std::string> name_in_line(std::string_view line, const NameRule& rule, NameEnd end) {
  if (line.starts_with('"')) {
    if (std::optional<std::string> name = quoted_in_line(line, rule)) return name;
  }
  return placed(stripped(up_to(line, end), rule.strip), rule.directory);
}

std::optional<std::string> name_before_date(std::string_view line, const NameRule& rule,
                                            const std::optional<std::string>& other) {
  if (line.starts_with('"')) {
    if (std::optional<std::string> name = quoted_in_line(line, rule)) return name;
  }
  line = without_line_end(line);
  const std::size_t date = date_length(line);
  const std::string_view text = date > 0 ? line.substr(0, line.size() - date) : up_to(line, NameEnd::tab);
  std::optional<std::string> name = placed(stripped(text, rule.strip), rule.directory);
  if (!name || (other && name->size() > other->size() && name->starts_with(*other))) return other;
  return name;
}

std::optional<std::string> name_of_both(std::string_view line, const NameRule& rule) {
  line = without_line_end(line);
  if (line.starts_with('"')) return both_first_quoted(line, rule);
  const std::size_t quote = line.find('"');
  if (quote != std::string_view::npos && quote > 0 && is_space(line[quote - 1])) {
    if (const std::optional<UnquotedName> second = unquoted_name(line.substr(quote))) {
      return both_with_quotes(line.substr(0, quote - 1), second->name, rule);
    }
  }
  return both_unquoted(line, rule);
}

bool has_epoch_date(std::string_view line) {
  static const RE2 kDate(
      R"((1969-12-31|1970-01-01) ([0-2][0-9]):([0-5][0-9]):00(?:\.0+)? ([-+])([0-2][0-9]):?([0-5][0-9])\s*)");
  const std::size_t tab = line.rfind('\t');
  if (tab == std::string_view::npos) return false;
  std::string day;
  std::string sign;
  int hour = 0;
  int minute = 0;
  int zone_hours = 0;
  int zone_minutes = 0;
  const std::string_view date = line.substr(tab + 1);
  if (!RE2::FullMatch(re2::StringPiece(date.data(), date.size()), kDate, &day, &hour, &minute, &sign, &zone_hours,
                      &zone_minutes)) {
    return false;
  }
  constexpr int kMinutesOfDay = 24 * 60;
  const int zone = (zone_hours * 60 + zone_minutes) * (sign == "-" ? -1 : 1);
  return hour * 60 + minute - zone == (day == "1969-12-31" ? kMinutesOfDay : 0);
}

}  // namespace tenon::diff::patch
