// A map as text. For the inside of this folder.
//
//   src/core/error.h
//     47  class Error : public std::runtime_error {
//     51    ErrorCode code() const { return code_; }
//
// A definition stands under those around it, indented by their number, whether or not they were chosen; namespaces and
// the like are left out.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "native/index/map/map_facts.h"

namespace tenon::index {

struct ChosenDefinition {
  std::uint32_t file = 0;
  std::uint32_t definition = 0;
  double rank = 0;
};

// `chosen` is ordered by rank, the best first. Files stand in the order of their best definition, definitions in the
// order of their lines.
std::string map_text(const MapFacts& facts, std::span<const ChosenDefinition> chosen);

std::uint32_t tokens_of(std::size_t bytes, double bytes_per_token);

// How many of them give a text of at most the budget, or a little more when that is nearer to it.
std::size_t count_within(const MapFacts& facts, std::span<const ChosenDefinition> chosen, std::uint32_t budget,
                         double bytes_per_token);

}  // namespace tenon::index
