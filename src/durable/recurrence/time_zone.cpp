#include "durable/recurrence/time_zone.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"

namespace tenon::durable {
namespace {

using std::chrono::local_seconds;
using std::chrono::sys_seconds;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Levenshtein, without case.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

// "Berlin" means "Europe/Berlin" as well.
std::size_t distance_to_zone(std::string_view name, std::string_view zone) {
  const std::size_t slash = zone.rfind('/');
  const std::string_view city = slash == std::string_view::npos ? zone : zone.substr(slash + 1);
  return std::min(distance(name, zone), distance(name, city));
}

// Where the library looks as well. Zones begin with a capital; the folders of other clocks (with leap seconds) and the
// tables beside the zones do not.
std::vector<std::string> list_zones() {
  namespace fs = std::filesystem;
  const char* const set = std::getenv("TZDIR");
  const fs::path root = set != nullptr && *set != '\0' ? set : "/usr/share/zoneinfo";
  std::vector<std::string> names;
  std::error_code failed;
  fs::recursive_directory_iterator entry(root, failed);
  while (!failed && entry != fs::recursive_directory_iterator()) {
    const char first = entry->path().filename().native().front();
    const bool is_directory = entry->is_directory(failed);
    if (first < 'A' || first > 'Z') {
      entry.disable_recursion_pending();
    } else if (!is_directory) {
      names.push_back(entry->path().lexically_relative(root).native());
    }
    entry.increment(failed);
  }
  std::ranges::sort(names);
  return names;
}

const std::vector<std::string>& zones() {
  static const std::vector<std::string> names = list_zones();
  return names;
}

// The library also takes paths and forms of its own ("file:…", "localtime"), and keeps what it did not find for ever:
// only names of zones get there.
absl::TimeZone locate(const std::string& name) {
  absl::TimeZone zone;
  if (std::ranges::binary_search(zones(), name) && absl::LoadTimeZone(name, &zone)) return zone;
  std::string hint = "Zones have IANA names, such as Europe/Berlin, America/New_York or UTC.";
  // An absurdly long name has no closest one, and would cost much to compare.
  if (!zones().empty() && name.size() <= 64) {
    const auto closest =
        std::ranges::min_element(zones(), {}, [&](const std::string& each) { return distance_to_zone(name, each); });
    if (distance_to_zone(name, *closest) <= 3) hint = fmt::format("Did you mean {}?", *closest);
  }
  throw Error(ErrorCode::invalid_argument, fmt::format("There is no time zone \"{}\".", name.substr(0, 64)),
              std::move(hint));
}

sys_seconds instant_of(absl::Time time) { return sys_seconds(std::chrono::seconds(absl::ToUnixSeconds(time))); }

absl::Time time_of(sys_seconds instant) { return absl::FromUnixSeconds(instant.time_since_epoch().count()); }

sys_seconds last_change_of(const absl::TimeZone& zone) {
  absl::TimeZone::CivilTransition change;
  if (!zone.PrevTransition(absl::InfiniteFuture(), &change)) return sys_seconds::max();
  return instant_of(zone.At(change.to).trans);
}

// A zone that changes its clocks by a rule has its changes listed for 400 years, the period of the Gregorian calendar,
// after those of tzdata, and for no longer. Later times have the changes of as many periods before.
constexpr std::chrono::days kPeriod(146'097);
constexpr sys_seconds kAfterTzdata = std::chrono::sys_days(std::chrono::year(2300) / 1 / 1);

}  // namespace

TimeZone::TimeZone(const std::string& name) : zone_(locate(name)), last_change_(last_change_of(zone_)) {}

TimeZone::Span TimeZone::span_at(sys_seconds time) const {
  const std::chrono::seconds offset(zone_.At(time_of(time)).offset);
  std::chrono::seconds listed_before(0);
  if (last_change_ > kAfterTzdata && time >= last_change_) {
    listed_before = kPeriod * ((time - last_change_) / kPeriod + 1);
  }
  absl::TimeZone::CivilTransition change;
  if (!zone_.NextTransition(time_of(time - listed_before), &change))
    return {.end = sys_seconds::max(), .offset = offset};
  return {.end = instant_of(zone_.At(change.to).trans) + listed_before, .offset = offset};
}

local_seconds TimeZone::wall(sys_seconds time) const {
  return local_seconds(time.time_since_epoch() + std::chrono::seconds(zone_.At(time_of(time)).offset));
}

sys_seconds TimeZone::instant(local_seconds wall) const {
  return instant_of(zone_.At(absl::CivilSecond() + wall.time_since_epoch().count()).pre);
}

}  // namespace tenon::durable
