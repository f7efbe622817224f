// Histogram diff, as JGit and git do it: find the longest run of common lines among those that contain the line that
// occurs least often, keep it, and go on to the left and to the right of it. For the inside of this room.
#pragma once

#include <optional>

#include "native/diff/marks.h"
#include "native/diff/myers.h"

namespace tenon::diff {

class Histogram {
 public:
  // `token_count` is above all tokens of both sides.
  Histogram(const TokenSides& sides, Token token_count);

  // Marks what differs inside a box. O(its lines) for each level of division; after a fixed multiple of the lines of
  // the sides, for all boxes together, the rest is left to Myers.
  void mark(const Box& all, const MarkedSides& marks);

 private:
  // Positions are kept plus one: 0 is none.
  struct Occurrences {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  std::optional<Box> anchor(const Box& box);
  std::uint32_t examine(const Box& box, std::uint32_t line);
  std::uint32_t widen(const Box& box, Box& run);
  void consider(const Box& box, const Box& run, std::uint32_t rarest);
  static std::uint64_t off_centre(const Box& box, const Box& run);
  bool only_frequent() const;
  bool exhausted() const { return spent_ > effort_; }

  Myers& myers();

  std::span<const Token> before_;
  std::span<const Token> after_;
  Token token_count_;
  std::vector<Occurrences> occurrences_;  // by token, in the box at hand; all 0 between two boxes
  std::vector<std::uint32_t> next_;       // by line before: the next one that is the same
  std::uint64_t effort_;                  // steps
  std::uint64_t spent_ = 0;
  std::optional<Myers> myers_;  // made when it is needed

  // Of the box at hand.
  std::optional<Box> best_;
  std::uint32_t longest_ = 0;
  std::uint32_t fewest_ = 0;  // occurrences of the rarest line of best_
  bool common_ = false;
};

}  // namespace tenon::diff
