// A file named by a person, ready to be outlined.
#pragma once

#include <filesystem>
#include <string>

#include "native/index/symbols/grammar.h"
#include "native/index/symbols/syntax_outline.h"

namespace tenon::index {

struct OpenedFile {
  std::string text;
  Grammar grammar;
};

// Throws not_found, permission_denied, unsupported for a file that is in none of the languages, and quota_exceeded for
// one beyond `limits.bytes`.
OpenedFile open_for_outline(const std::filesystem::path& file, const ParseLimits& limits = {});

}  // namespace tenon::index
