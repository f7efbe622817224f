// Names of channels, and how they become subjects of NATS (docs.nats.io, "Subject-Based Messaging").
#pragma once

#include <string_view>

namespace tenon::events {

inline constexpr std::size_t kLongestChannel = 200;

// Words of letters, digits, '_' and '-' with dots between them.
bool is_channel(std::string_view text);

// A channel in which '*' may stand for a word, and '>' for the last ones.
bool is_channel_pattern(std::string_view text);

}  // namespace tenon::events
