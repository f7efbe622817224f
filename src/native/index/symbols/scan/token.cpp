#include "native/index/symbols/scan/token.h"

#include <cstring>

namespace tenon::index::scan {
namespace {

constexpr std::uint64_t kMultiplier = 0x9E37'79B9'7F4A'7C15ULL;  // 2^64 / golden ratio, odd
constexpr std::size_t kLongestKeyword = 32;

std::uint64_t eight_bytes(const char* bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::uint64_t up_to_eight_bytes(const char* bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = (value << 8U) | static_cast<unsigned char>(bytes[i]);
  return value;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::uint32_t word_hash(std::string_view word) {
  const std::size_t size = word.size();
  std::uint64_t hash = size * kMultiplier;
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    hash = (hash ^ eight_bytes(word.data() + at)) * kMultiplier;
    hash ^= hash >> 32U;
  }
  if (at < size) hash = (hash ^ up_to_eight_bytes(word.data() + at, size - at)) * kMultiplier;
  return static_cast<std::uint32_t>(hash >> 32U);
}

KeywordTable::KeywordTable(std::initializer_list<Entry> entries, Case letters) : slots_(kSlots), letters_(letters) {
  for (const Entry& entry : entries) insert(entry);
}

void KeywordTable::insert(Entry entry) {
  std::uint32_t at = word_hash(entry.word) % kSlots;
  while (slots_[at].keyword != 0) at = (at + 1) % kSlots;
  slots_[at] = {entry.word, entry.keyword};
}

std::uint8_t KeywordTable::find(std::string_view word, std::uint32_t hash) const {
  char folded[kLongestKeyword];
  if (letters_ == Case::folded) {
    if (word.size() > kLongestKeyword) return 0;
    for (std::size_t i = 0; i < word.size(); ++i) folded[i] = lower(word[i]);
    word = {folded, word.size()};
    hash = word_hash(word);
  }
  for (std::uint32_t at = hash % kSlots; slots_[at].keyword != 0; at = (at + 1) % kSlots) {
    if (slots_[at].word == word) return slots_[at].keyword;
  }
  return 0;
}

}  // namespace tenon::index::scan
