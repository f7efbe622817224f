// The sets of a glob, `[a-z]`, for the inside of this room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

#include "native/fsops/glob.h"

namespace tenon::fsops {

struct GlobClass {
  std::array<std::uint64_t, 4> bytes{};  // a bit for each byte that matches
  std::size_t length = 0;                // of its text, the closing bracket included
};

// `text` begins after the opening bracket.
std::expected<GlobClass, GlobFault> parse_git_class(std::string_view text, const GlobSyntax& syntax);
std::expected<GlobClass, GlobFault> parse_ripgrep_class(std::string_view text, const GlobSyntax& syntax);

}  // namespace tenon::fsops
