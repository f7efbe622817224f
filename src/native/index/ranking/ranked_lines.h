// Puts matching lines in the order of what they are likely to mean to the reader: definitions of symbols first, then
// whole words, then the rest. Equals stay in the order in which they came.
//
// The weights are zoekt's (its contrib scoring of matches): a match that is the name of a definition 7,000, part of one
// 4,000, a whole word 500, one that begins or ends a word 50. A definition weighs up to 1,000 more by its kind: types
// before functions before variables. A line counts as its best match.
//
// Definitions are found in the file as it is when the ranks are made, if the line still stands where it was found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "native/index/search/file_result.h"
#include "native/index/symbols/symbol.h"

namespace tenon::index {

inline constexpr std::uint32_t kSymbolWeight = 7000;
inline constexpr std::uint32_t kPartOfSymbolWeight = 4000;
inline constexpr std::uint32_t kWordWeight = 500;
inline constexpr std::uint32_t kPartOfWordWeight = 50;
inline constexpr std::uint32_t kKindWeight = 100;  // × 0 … 10

inline constexpr std::size_t kMostRankedLines = 200'000;

// Of a match in a line, apart from definitions.
std::uint32_t word_weight(std::string_view line, const ResultSpan& match);

std::uint32_t kind_weight(SymbolKind kind);

// Not thread safe.
class RankedLines {
 public:
  // A result with spans; its path leads to the file from the working directory. Context lines are dropped.
  void add(FileResult&& part);

  // All lines, the best first, each as the result of a file of its own. Nothing is left here.
  std::vector<FileResult> take(std::uint32_t threads);

  // Lines beyond kMostRankedLines: those that came last.
  std::uint64_t left_out() const { return left_out_; }

 private:
  std::vector<FileResult> parts_;
  std::size_t lines_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace tenon::index
