// Binary patches: `GIT binary patch` and the data below it. For the inside of the parser.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "native/diff/patch/parser.h"
#include "native/diff/patch/patch.h"
#include "native/diff/patch/text_lines.h"

namespace tenon::diff::patch {

inline constexpr std::string_view kBinaryPatch = "GIT binary patch";

// `at` is at the line `GIT binary patch`; afterwards it is behind the data. No more than `limit` bytes are inflated for
// one of both directions, and what a header promises must be what its data holds: a bomb is refused before it grows.
std::expected<void, ParseError> read_binary(TextLines& at, FilePatch& file, std::uint64_t limit);

// The text that a delta in git's pack format (gitformat-pack(5)) makes of another; nothing if it does not fit.
std::optional<std::string> apply_delta(std::string_view delta, std::string_view base, std::uint64_t limit);

}  // namespace tenon::diff::patch
