#include "native/diff/edit/one_off.h"

#include <algorithm>
#include <map>

#include "native/diff/edit/sequence_search.h"

namespace tenon::diff::edit {
namespace {

// Lines that occur more often make no place certain.
constexpr std::size_t kRare = 256;

enum class Difference { replaced, extra, missing };

class Aligner {
 public:
  Aligner(const FileText& file, const OldSide& old, const SearchArea& area)
      : file_(file), old_(old), area_(area), index_(file.index(LineForm::trimmed)) {
    std::string scratch;
    for (const OldLine& line : old.lines) hashes_.push_back(line_hash(line.text, LineForm::trimmed, scratch));
  }

  std::vector<Match> run() {
    for (const std::size_t seed : seeds()) {
      for (const std::uint32_t place : index_.places(hashes_[seed], kRare)) try_around(place, seed);
    }
    std::vector<Match> result;
    for (auto& [changed, match] : found_) result.push_back(std::move(match));
    return result;
  }

 private:
  // The two rarest distinctive lines that the file has: one of them is not the line that is off.
  std::vector<std::size_t> seeds() const {
    std::vector<std::pair<std::size_t, std::size_t>> by_count;
    for (std::size_t i = 0; i < hashes_.size(); ++i) {
      if (!is_distinctive(old_.lines[i].text)) continue;
      const std::size_t count = index_.count(hashes_[i], kRare + 1);
      if (count > 0 && count <= kRare) by_count.emplace_back(count, i);
    }
    std::ranges::sort(by_count);
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < std::min<std::size_t>(2, by_count.size()); ++i) result.push_back(by_count[i].second);
    return result;
  }

  // The line that is off may be before the seed and shift it by one.
  void try_around(std::uint32_t place, std::size_t seed) {
    for (const int shift : {-1, 0, 1}) {
      const std::int64_t start = std::int64_t{place} - static_cast<std::int64_t>(seed) + shift;
      if (start >= std::int64_t{area_.lines.begin} - 1 && start < std::int64_t{area_.lines.end}) align(start);
    }
  }

  // How many lines from `i` on are in the file from `place` on.
  std::size_t common_length(std::size_t i, std::int64_t place) const {
    std::size_t length = 0;
    while (i + length < hashes_.size() && in_area(place) &&
           index_.hash(static_cast<std::uint32_t>(place)) == hashes_[i + length]) {
      ++length;
      ++place;
    }
    return length;
  }

  bool in_area(std::int64_t place) const { return place >= area_.lines.begin && place < area_.lines.end; }

  void align(std::int64_t start) {
    const std::size_t same = common_length(0, start);
    if (same == hashes_.size()) return;
    const std::size_t after = same + 1;  // old lines from here on if `same` is off
    const std::int64_t place = start + static_cast<std::int64_t>(same);
    if (after + common_length(after, place + 1) == hashes_.size()) add(start, same, Difference::replaced);
    if (after + common_length(after, place) == hashes_.size()) add(start, same, Difference::extra);
    if (same + common_length(same, place + 1) == hashes_.size()) add(start, same, Difference::missing);
  }

  void add(std::int64_t start, std::size_t off, Difference difference) {
    const std::size_t last = hashes_.size() - 1;
    if (difference == Difference::missing) {
      if (off == 0 || !is_context(off - 1) || !is_context(off) || old_.lines[off].added_before) return;
    } else {
      if (!is_context(off)) return;
      if (off == 0 && old_.lines[0].added_before) return;
      if (off == last && old_.added_after) return;
      // At an edge nothing says which line of the file is meant.
      if (off == 0 || off == last) difference = Difference::extra;
    }
    Match match{.level = MatchLevel::one_context_line_off, .range = {}, .places = {}};
    std::int64_t place = start;
    if (off == 0 && difference == Difference::extra && index_matches(1, start + 1)) ++place;
    for (std::size_t i = 0; i < hashes_.size(); ++i) {
      if (difference == Difference::missing && i == off) ++place;
      const bool absent = i == off && (difference == Difference::extra || !in_area(place));
      match.places.push_back(absent ? kNoLine : static_cast<std::uint32_t>(place));
      if (!absent) ++place;
    }
    if (accepts(match, off, difference)) keep(std::move(match));
  }

  // What would change in the file. Two ways to see a line as off that change the same are one place.
  std::vector<std::uint32_t> changed_by(const Match& match) const {
    std::vector<std::uint32_t> changed;
    for (std::size_t i = 0; i < match.places.size(); ++i) {
      if (!is_context(i)) changed.push_back(match.places[i]);
      if (!old_.lines[i].added_before) continue;
      const bool behind = i > 0 && match.places[i - 1] != kNoLine;
      changed.push_back(behind ? match.places[i - 1] + 1 : match.places[i]);
    }
    if (old_.added_after) changed.push_back(match.range.end);
    return changed;
  }

  void keep(Match match) {
    const auto lines_off = [](const Match& one) { return std::ranges::count(one.places, kNoLine); };
    const auto [entry, is_new] = found_.try_emplace(changed_by(match), match);
    if (!is_new && lines_off(match) < lines_off(entry->second)) entry->second = std::move(match);
  }

  bool is_context(std::size_t i) const { return old_.lines[i].kind == LineKind::context; }

  bool index_matches(std::size_t i, std::int64_t place) const { return common_length(i, place) == hashes_.size() - i; }

  bool accepts(Match& match, std::size_t off, Difference difference) const {
    std::uint32_t distinctive = 0;
    std::vector<std::uint32_t> matched = match.places;
    if (difference == Difference::replaced) matched[off] = kNoLine;
    for (std::size_t i = 0; i < matched.size(); ++i) {
      if (matched[i] == kNoLine) continue;
      const std::string_view wanted = old_.lines[i].text;
      if (!same_in_form(wanted, file_.content(matched[i]), LineForm::trimmed)) return false;
      if (is_distinctive(wanted)) ++distinctive;
    }
    if (distinctive < kLinesBesideOneOff) return false;
    if (!learn_indentation(file_, old_.lines, matched).is_uniform_shift()) return false;

    std::uint32_t first = kNoLine;
    std::uint32_t last = 0;
    for (const std::uint32_t place : matched) {
      if (place == kNoLine) continue;
      first = std::min(first, place);
      last = std::max(last, place);
    }
    match.range = {first, last + 1};
    return !area_.at_end || match.range.end == area_.lines.end;
  }

  const FileText& file_;
  const OldSide& old_;
  const SearchArea& area_;
  const LineIndex& index_;
  std::vector<std::uint64_t> hashes_;
  std::map<std::vector<std::uint32_t>, Match> found_;  // by what they change
};

}  // namespace

std::vector<Match> find_with_one_line_off(const FileText& file, const OldSide& old, const SearchArea& area) {
  if (old.lines.size() <= kLinesBesideOneOff || area.lines.empty()) return {};
  return Aligner(file, old, area).run();
}

}  // namespace tenon::diff::edit
