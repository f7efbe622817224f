#include "native/diff/slide.h"

#include <optional>

#include "native/diff/indent_score.h"

namespace tenon::diff {
namespace {

constexpr std::uint32_t kFurthestSlide = 100;

// The changed lines, possibly none, between two neighbouring unchanged ones. Both sides have equally many groups, and
// the groups with the same number belong together.
class Group {
 public:
  Group(const SlidingSide& side, std::uint32_t line) : side_(side), range_{line, line} { extend_down(); }

  const LineRange& range() const { return range_; }
  bool empty() const { return range_.empty(); }

  bool next() {
    if (range_.end == side_.lines->size()) return false;
    range_ = {range_.end + 1, range_.end + 1};
    extend_down();
    return true;
  }

  void previous() {
    range_ = {range_.begin - 1, range_.begin - 1};
    extend_up();
  }

  // Joins what the group then touches.
  bool slide_down() {
    if (range_.end == side_.lines->size() || !side_.same(range_.begin, range_.end)) return false;
    side_.marks[range_.begin++] = 0;
    side_.marks[range_.end++] = 1;
    extend_down();
    return true;
  }

  bool slide_up() {
    if (range_.begin == 0 || !side_.same(range_.begin - 1, range_.end - 1)) return false;
    side_.marks[--range_.begin] = 1;
    side_.marks[--range_.end] = 0;
    extend_up();
    return true;
  }

 private:
  void extend_down() {
    while (range_.end < side_.lines->size() && side_.marks[range_.end] != 0) ++range_.end;
  }
  void extend_up() {
    while (range_.begin > 0 && side_.marks[range_.begin - 1] != 0) --range_.begin;
  }

  const SlidingSide& side_;
  LineRange range_;
};

// Where a group can end.
struct Room {
  std::uint32_t earliest_end = 0;
  std::uint32_t latest_end = 0;
  bool beside_a_change = false;  // somewhere there the other side has a change at the same place
};

// Slides as far up, then as far down as it goes, again if that joined other groups.
Room explore(Group& group, Group& other) {
  Room room;
  std::uint32_t size = 0;
  do {
    size = group.range().size();
    while (group.slide_up()) other.previous();
    room.earliest_end = group.range().end;
    room.beside_a_change = !other.empty();
    while (group.slide_down()) {
      other.next();
      room.beside_a_change |= !other.empty();
    }
  } while (size != group.range().size());
  room.latest_end = group.range().end;
  return room;
}

std::uint32_t best_end(const Lines& lines, std::uint32_t size, const Room& room) {
  std::uint32_t end = room.earliest_end;
  // Further up it would be the same change again; beyond kFurthestSlide is not worth the time.
  if (room.latest_end - std::min(room.latest_end, size + 1) > end) end = room.latest_end - size - 1;
  if (room.latest_end - std::min(room.latest_end, kFurthestSlide) > end) end = room.latest_end - kFurthestSlide;
  std::optional<IndentScore> best;
  std::uint32_t best_at = end;
  for (; end <= room.latest_end; ++end) {
    const IndentScore score = score_of_border(lines, end) + score_of_border(lines, end - size);
    if (best && score.compared_with(*best) > 0) continue;
    best = score;
    best_at = end;
  }
  return best_at;
}

void place(Group& group, Group& other, const SlidingSide& side, Sliding sliding) {
  const Room room = explore(group, other);
  if (room.earliest_end == room.latest_end) return;
  if (room.beside_a_change) {
    // A line replaced by another reads better than one removed here and one added there.
    while (other.empty() && group.slide_up()) other.previous();
  } else if (sliding == Sliding::indent_heuristic) {
    const std::uint32_t end = best_end(*side.lines, group.range().size(), room);
    while (group.range().end > end && group.slide_up()) other.previous();
  }
}

}  // namespace

bool SlidingSide::same(std::uint32_t one, std::uint32_t other) const {
  const std::uint32_t last_token = first_token + static_cast<std::uint32_t>(tokens.size());
  const bool interned = one >= first_token && other >= first_token && one < last_token && other < last_token;
  if (interned) return tokens[one - first_token] == tokens[other - first_token];
  return same_line((*lines)[one], (*lines)[other], whitespace);
}

std::uint32_t slide_changes(const SlidingSide& side, const SlidingSide& other, std::uint32_t common, Sliding sliding) {
  const std::uint32_t last_token = side.first_token + static_cast<std::uint32_t>(side.tokens.size());
  Group group(side, common);
  Group opposite(other, common);
  std::uint32_t lowest = common;
  while (true) {
    if (!group.empty()) {
      place(group, opposite, side, sliding);
      lowest = std::min({lowest, group.range().begin, opposite.range().begin});
    }
    if (group.range().end >= last_token || !group.next()) return lowest;
    opposite.next();
  }
}

}  // namespace tenon::diff
