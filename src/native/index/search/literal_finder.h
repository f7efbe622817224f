// Finds a literal in bytes: the two rarest bytes of the literal, a fixed distance apart, are compared in 32 places at
// once (after Mula, "SIMD-friendly algorithms for substring searching"), what is left is verified. AVX2 is used when
// the processor has it, else memchr for the rarest byte.
//
// Immutable after construction, safe from any thread. Time is linear for text that is not made to defeat it, and at
// worst length of the text × length of the literal.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "native/index/search/regex_tree.h"

namespace tenon::index {

class LiteralFinder {
 public:
  static constexpr std::size_t kNotFound = std::string_view::npos;

  // `literal` is not empty. Case::insensitive folds ASCII letters only.
  LiteralFinder(std::string_view literal, Case folding);

  // Where the first occurrence at or after `from` begins.
  std::size_t find(std::string_view text, std::size_t from) const;

  const std::string& literal() const { return literal_; }
  std::size_t size() const { return literal_.size(); }

  // How rare the rarest byte is in program text: 0 the most common, 255 the rarest.
  static int rarity(unsigned char byte);

 private:
  bool matches_at(const char* place) const;
  std::size_t find_portable(std::string_view text, std::size_t from) const;
  std::size_t find_avx2(std::string_view text, std::size_t from) const;

  std::string literal_;    // letters in lower case when folded
  std::string fold_;       // 0x20 where the case of a letter does not count, else 0
  std::size_t first_ = 0;  // offsets of the two probes; first_ is the rarest
  std::size_t second_ = 0;
  bool folded_ = false;
  bool avx2_ = false;
};

}  // namespace tenon::index
