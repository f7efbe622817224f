#include "native/diff/line_table.h"

#include <xxhash.h>

#include <bit>

namespace tenon::diff {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view without_spaces_at_end(std::string_view line) {
  while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
  return line;
}

// Runs of whitespace become one space.
void append_squeezed(std::string& key, std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!is_space(line[i])) {
      key += line[i];
    } else if (i == 0 || !is_space(line[i - 1])) {
      key += ' ';
    }
  }
}

// What is compared in place of the line. `scratch` is where it lies when it is no part of the line.
std::string_view key_of(std::string_view line, Whitespace whitespace, std::string& scratch) {
  switch (whitespace) {
    case Whitespace::exact:
      return line;
    case Whitespace::ignore_cr_at_end:
      return without_terminator(line);
    case Whitespace::ignore_at_end:
      return without_spaces_at_end(line);
    case Whitespace::ignore_change:
      scratch.clear();
      append_squeezed(scratch, without_spaces_at_end(line));
      return scratch;
    case Whitespace::ignore_all:
      scratch.clear();
      std::ranges::remove_copy_if(line, std::back_inserter(scratch), is_space);
      return scratch;
  }
  return line;
}

}  // namespace

bool same_line(std::string_view one, std::string_view other, Whitespace whitespace) {
  if (whitespace == Whitespace::exact) return one == other;
  std::string scratch;
  std::string other_scratch;
  return key_of(one, whitespace, scratch) == key_of(other, whitespace, other_scratch);
}

LineTable::LineTable(Whitespace whitespace) : whitespace_(whitespace), slots_(16) {}

bool LineTable::same_as_key(Token token, std::string_view key) {
  return key_of(entries_[token], whitespace_, other_key_) == key;
}

Token LineTable::intern(std::string_view line) {
  reserve(1);
  return find_or_add(line);
}

std::vector<Token> LineTable::intern(const Lines& lines, LineRange range) {
  reserve(range.size());
  std::vector<Token> tokens;
  tokens.reserve(range.size());
  for (std::uint32_t line = range.begin; line < range.end; ++line) tokens.push_back(find_or_add(lines[line]));
  return tokens;
}

Token LineTable::find_or_add(std::string_view line) {
  const std::string_view key = key_of(line, whitespace_, key_);
  const std::uint64_t full_hash = XXH3_64bits(key.data(), key.size());
  const auto hash = static_cast<std::uint32_t>(full_hash >> 32U);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = full_hash & mask;
  for (; slots_[at].next_token != 0; at = (at + 1) & mask) {
    if (slots_[at].hash == hash && same_as_key(slots_[at].next_token - 1, key)) return slots_[at].next_token - 1;
  }
  entries_.push_back(line);
  hashes_.push_back(full_hash);
  slots_[at] = {.hash = hash, .next_token = size()};
  return size() - 1;
}

void LineTable::reserve(std::size_t lines) {
  const std::size_t wanted = std::bit_ceil(2 * (entries_.size() + lines));
  if (wanted <= slots_.size()) return;
  slots_.assign(wanted, {});
  const std::size_t mask = wanted - 1;
  for (Token token = 0; token < size(); ++token) {
    std::size_t at = hashes_[token] & mask;
    while (slots_[at].next_token != 0) at = (at + 1) & mask;
    slots_[at] = {.hash = static_cast<std::uint32_t>(hashes_[token] >> 32U), .next_token = token + 1};
  }
}

}  // namespace tenon::diff
