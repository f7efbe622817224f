// Keeps secrets out of logs, events, transcripts and reports: by the name of a member (password, token, api_key …), by
// the shape of a value (private key blocks, well-known key prefixes, URLs with a password), and by exact value once
// registered.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace tenon {

inline constexpr std::string_view kRedacted = "[redacted]";

// Registers a value that must never be shown; shorter than 6 bytes is ignored. Thread safe.
void remember_secret(std::string_view value);

std::string redacted_text(std::string_view text);

// The value with every secret inside replaced; `name` is the member it stands under.
boost::json::value redacted(std::string_view name, boost::json::value value);

// What looks like a secret in a text: kind and 1-based line. Used on what we are about to publish.
struct SecretFinding {
  std::string kind;
  std::size_t line = 0;
};
std::vector<SecretFinding> find_secrets(std::string_view text);

}  // namespace tenon
