// Names in C-style quotes, as git writes those with special characters (core.quotePath in git-config(1)).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::diff::patch {

struct UnquotedName {
  std::string name;
  std::size_t length = 0;  // bytes of the quoted form, quotes included
};

// `text` begins with the opening quote; more may follow the closing one. Nothing if the quoting is broken.
std::optional<UnquotedName> unquoted_name(std::string_view text);

// The name as it is, in quotes if it has control characters, quotes or backslashes.
std::string quoted_name(std::string_view name);

}  // namespace tenon::diff::patch
