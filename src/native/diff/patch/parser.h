// Reads a patch out of a text. Mail headers, commit messages and other chatter around it are skipped.
//
// The rules are those of git-apply(1); where a header is ambiguous the reading is git's. Counts of a hunk that are
// wrong are git's commonest refusal and a model's commonest mistake: see Counts.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "native/diff/patch/patch.h"

namespace tenon::diff::patch {

// Whether the numbers of lines in a hunk's header are believed.
enum class Counts {
  trusted,   // a hunk that does not add up is an error, as for git
  ignored,   // always counted (git's --recount)
  repaired,  // believed if they add up; else counted, if it is clear where the hunk ends
};

// A message about the patch itself that is an error.
struct ParseError {
  std::uint32_t line = 0;  // of the patch, from 1; 0: of the whole
  std::string message;
};

// Of what a patch may consist: a header without any change is of use to statistics only.
enum class Emptiness { refused, allowed };

struct ParseOptions {
  std::optional<std::uint32_t>
      strip;              // components taken off names (-p); unset: 1, or 0 for traditional names without /
  std::string directory;  // put before every name; empty or ending in `/`
  std::string prefix;     // where traditional names start from, below the root; empty or ending in `/`
  Counts counts = Counts::repaired;
  Emptiness emptiness = Emptiness::refused;      // headers without any change, and patches without files
  std::uint64_t largest_binary = 256ULL << 20U;  // bytes of an inflated binary hunk; larger: an error
};

// Linear in the text. A patch that names no file is an error (or an empty patch). Never throws for what the text holds.
std::expected<Patch, ParseError> parse_patch(std::string text, const ParseOptions& options = {});

}  // namespace tenon::diff::patch
