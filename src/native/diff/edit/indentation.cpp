#include "native/diff/edit/indentation.h"

#include <algorithm>

namespace tenon::diff::edit {
namespace {

// The one character that indentation consists of; nothing if it is mixed. Empty text goes with any character.
std::optional<char> unit_of(std::string_view text, std::optional<char> so_far) {
  for (const char c : text) {
    if (so_far && *so_far != c) return std::nullopt;
    so_far = c;
  }
  return so_far ? so_far : '\0';
}

struct Step {
  std::int64_t written = 0;
  std::int64_t real = 0;
};

}  // namespace

void Reindentation::learn(std::string_view written, std::string_view real) {
  const auto [entry, is_new] = known_.try_emplace(std::string(written), real);
  if (!is_new && entry->second != real) contradictory_ = true;
}

std::optional<Reindentation::Shift> Reindentation::shift() const {
  if (contradictory_ || known_.empty()) return std::nullopt;
  const auto& [written, real] = *known_.begin();
  const bool added = real.size() >= written.size();
  const std::string& longer = added ? real : written;
  const std::string& shorter = added ? written : real;
  if (!longer.ends_with(shorter)) return std::nullopt;
  Shift result{.text = longer.substr(0, longer.size() - shorter.size()), .added = added};
  const bool uniform = std::ranges::all_of(known_, [&](const auto& pair) {
    return added ? pair.second == result.text + pair.first : pair.first == result.text + pair.second;
  });
  return uniform ? std::optional(std::move(result)) : std::nullopt;
}

bool Reindentation::is_uniform_shift() const { return known_.empty() || shift().has_value(); }

std::optional<std::string> Reindentation::apply(std::string_view written) const {
  if (known_.empty()) return std::string(written);
  if (contradictory_) return std::nullopt;
  if (const auto same = known_.find(written); same != known_.end()) return same->second;
  if (const auto shifted = shift()) {
    if (shifted->added) {
      // Tabs in front of spaces are nobody's style unless one of both had it so.
      std::string result = shifted->text + std::string(written);
      const bool new_mixture =
          unit_of(shifted->text, std::nullopt) && unit_of(written, std::nullopt) && !unit_of(result, std::nullopt);
      return new_mixture ? std::nullopt : std::optional(std::move(result));
    }
    if (written.starts_with(shifted->text)) return std::string(written.substr(shifted->text.size()));
    return std::nullopt;
  }
  return by_steps(written);
}

std::optional<std::string> Reindentation::by_steps(std::string_view written) const {
  std::optional<char> written_unit = unit_of(written, std::nullopt);
  std::optional<char> real_unit = '\0';
  for (const auto& [from, to] : known_) {
    if (written_unit) written_unit = unit_of(from, *written_unit == '\0' ? std::nullopt : written_unit);
    if (real_unit) real_unit = unit_of(to, *real_unit == '\0' ? std::nullopt : real_unit);
  }
  if (!written_unit || !real_unit || *real_unit == '\0') return std::nullopt;

  // A line through all pairs. One pair alone goes with no indentation being none.
  const auto& [first_from, first_to] = *known_.begin();
  const auto& [last_from, last_to] = *known_.rbegin();
  const Step origin = known_.size() == 1 ? Step{} : Step{std::ssize(first_from), std::ssize(first_to)};
  const Step step{std::ssize(last_from) - origin.written, std::ssize(last_to) - origin.real};
  if (step.written == 0 || step.real <= 0) return std::nullopt;
  const auto on_line = [&](std::int64_t from) -> std::optional<std::int64_t> {
    const std::int64_t rise = (from - origin.written) * step.real;
    if (rise % step.written != 0) return std::nullopt;
    return origin.real + rise / step.written;
  };
  const bool straight = std::ranges::all_of(
      known_, [&](const auto& pair) { return on_line(std::ssize(pair.first)) == std::ssize(pair.second); });
  const std::optional<std::int64_t> length = straight ? on_line(std::ssize(written)) : std::nullopt;
  if (!length || *length < 0) return std::nullopt;
  return std::string(static_cast<std::size_t>(*length), *real_unit);
}

}  // namespace tenon::diff::edit
