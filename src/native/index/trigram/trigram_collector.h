// The distinct trigrams of one document; none spans a line end. About a nanosecond a byte: most text is ASCII, whose
// trigrams are marked in a table small enough for the second-level cache, and no step of the loop depends on whether a
// trigram is new.
//
// Not thread safe; one for each thread. Holds 2.3 MiB and four bytes for each byte of the largest document so far, as
// far as that came in one piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "native/index/trigram/trigram_query.h"

namespace tenon::index {

class TrigramCollector {
 public:
  TrigramCollector();

  // The document comes in pieces; a piece carries on where the last one ended.
  void add(std::string_view piece);

  // In the order of their first appearance; valid until the next call of another function.
  std::span<const Trigram> trigrams() const { return {seen_.get(), count_}; }

  void clear();

 private:
  void make_room(std::size_t trigrams);

  std::vector<std::uint64_t> ascii_;  // a bit for each trigram of three ASCII characters; those with a line end are set
  std::vector<std::uint64_t> other_;  // likewise for all trigrams
  std::unique_ptr<Trigram[]> seen_;
  std::size_t capacity_ = 0;
  std::size_t count_ = 0;
  Trigram recent_;  // the last three bytes
};

}  // namespace tenon::index
