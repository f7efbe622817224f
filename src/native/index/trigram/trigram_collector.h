// The distinct trigrams of one document; none spans a line end. About a nanosecond a byte.
//
// Not thread safe; one for each thread. Holds 2 MiB.
#pragma once

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

  // In the order of their first appearance; valid until clear().
  std::span<const Trigram> trigrams() const { return seen_; }

  void clear();

 private:
  std::vector<std::uint64_t> bits_;  // a bit for each trigram
  std::vector<Trigram> seen_;
  Trigram recent_ = 0;     // the last bytes
  std::uint32_t run_ = 0;  // bytes since the last line end
};

}  // namespace tenon::index
