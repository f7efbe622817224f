// Which documents can match: a boolean expression over trigrams (three consecutive bytes of a line). The algebra is
// that of Cox, "Regular Expression Matching with a Trigram Index" (https://swtch.com/~rsc/regexp/regexp4.html); the
// printed form is codesearch's: + everything, - nothing, a space for and, | for or.
//
// Plain values; no function throws.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::index {

// Three bytes, the first one in bits 16 to 23.
using Trigram = std::uint32_t;

constexpr Trigram trigram_of(std::string_view bytes) {
  return static_cast<Trigram>(static_cast<unsigned char>(bytes[0])) << 16 |
         static_cast<Trigram>(static_cast<unsigned char>(bytes[1])) << 8 |
         static_cast<Trigram>(static_cast<unsigned char>(bytes[2]));
}

struct TrigramQuery {
  enum class Operation { all, none, conjunction, disjunction };

  Operation operation = Operation::all;
  std::vector<Trigram> trigrams = {};  // sorted, no duplicates
  std::vector<TrigramQuery> parts = {};

  bool operator==(const TrigramQuery&) const = default;
};

TrigramQuery operator&(TrigramQuery left, TrigramQuery right);
TrigramQuery operator|(TrigramQuery left, TrigramQuery right);

// All trigrams of the text; everything when it has none.
TrigramQuery query_of(std::string_view text);

// Whether every document that satisfies `left` is sure to satisfy `right`; false when it is not seen easily.
bool implies(const TrigramQuery& left, const TrigramQuery& right);

// Whether a document with these trigrams (sorted) satisfies the query.
bool satisfied(const TrigramQuery& query, const std::vector<Trigram>& trigrams);

std::string to_string(const TrigramQuery& query);

}  // namespace tenon::index
