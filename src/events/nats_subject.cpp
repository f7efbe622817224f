#include "events/nats_subject.h"

#include <algorithm>
#include <cctype>

namespace tenon::events {
namespace {

bool is_word(std::string_view text) {
  const auto allowed = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; };
  return !text.empty() && std::ranges::all_of(text, allowed);
}

template <class Accept>
bool every_word(std::string_view text, Accept accept) {
  if (text.size() > kLongestChannel) return false;
  while (true) {
    const auto dot = text.find('.');
    const bool last = dot == std::string_view::npos;
    if (!accept(text.substr(0, dot), last)) return false;
    if (last) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

bool is_channel(std::string_view text) {
  return every_word(text, [](std::string_view word, bool) { return is_word(word); });
}

bool is_channel_pattern(std::string_view text) {
  return every_word(
      text, [](std::string_view word, bool last) { return is_word(word) || word == "*" || (last && word == ">"); });
}

}  // namespace tenon::events
