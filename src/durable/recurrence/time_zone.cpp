#include "durable/recurrence/time_zone.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <vector>

#include <date/tz.h>
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

const date::time_zone* locate(const std::string& name) {
  const auto& zones = date::get_tzdb().zones;
  const auto found = std::ranges::lower_bound(zones, name, {}, [](const date::time_zone& zone) { return zone.name(); });
  if (found != zones.end() && found->name() == name) return &*found;
  std::string hint = "Zones have IANA names, such as Europe/Berlin, America/New_York or UTC.";
  // An absurdly long name has no closest one, and would cost much to compare.
  if (!zones.empty() && name.size() <= 64) {
    const auto closest = std::ranges::min_element(
        zones, {}, [&](const date::time_zone& zone) { return distance_to_zone(name, zone.name()); });
    if (distance_to_zone(name, closest->name()) <= 3) hint = fmt::format("Did you mean {}?", closest->name());
  }
  throw Error(ErrorCode::invalid_argument, fmt::format("There is no time zone \"{}\".", name.substr(0, 64)),
              std::move(hint));
}

}  // namespace

TimeZone::TimeZone(const std::string& name) : zone_(locate(name)) {}

TimeZone::Span TimeZone::span_at(sys_seconds time) const {
  const date::sys_info info = zone_->get_info(time);
  return {.begin = info.begin, .end = info.end, .offset = info.offset};
}

local_seconds TimeZone::wall(sys_seconds time) const {
  return local_seconds(time.time_since_epoch() + span_at(time).offset);
}

sys_seconds TimeZone::instant(local_seconds wall) const {
  const date::local_info info = zone_->get_info(date::local_seconds(wall.time_since_epoch()));
  return sys_seconds(wall.time_since_epoch() - info.first.offset);
}

}  // namespace tenon::durable
