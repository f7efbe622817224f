#include "native/diff/line_table.h"

#include <xxhash.h>

#include <bit>

namespace tenon::diff {
namespace {

// Lines whose slots are fetched at once.
constexpr std::uint32_t kBatch = 32;

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
  while (!range.empty()) {
    const LineRange batch{range.begin, range.begin + std::min(range.size(), kBatch)};
    intern_batch(lines, batch, tokens);
    range.begin = batch.end;
  }
  return tokens;
}

// All slots are asked for before the first is used, so that the memory's delays overlap.
void LineTable::intern_batch(const Lines& lines, LineRange range, std::vector<Token>& tokens) {
  if (whitespace_ != Whitespace::exact) {
    for (std::uint32_t line = range.begin; line < range.end; ++line) tokens.push_back(find_or_add(lines[line]));
    return;
  }
  std::array<std::uint64_t, kBatch> hashes;
  for (std::uint32_t i = 0; i < range.size(); ++i) {
    const std::string_view line = lines[range.begin + i];
    hashes[i] = XXH3_64bits(line.data(), line.size());
    __builtin_prefetch(&slots_[hashes[i] & (slots_.size() - 1)]);
  }
  for (std::uint32_t i = 0; i < range.size(); ++i) {
    const std::string_view line = lines[range.begin + i];
    tokens.push_back(find_or_add(line, line, hashes[i]));
  }
}

// The next line is compared with the one that follows in the model, which needs neither hash nor table. After a line
// that is not the expected one, the place to go on from is looked for a little further down.
std::vector<Token> LineTable::intern_like(const Lines& lines, LineRange range, const Lines& model,
                                          LineRange model_range, std::span<const Token> model_tokens) {
  if (whitespace_ != Whitespace::exact) return intern(lines, range);
  constexpr std::size_t kFurthest = 64;
  std::vector<Token> tokens;
  tokens.reserve(range.size());
  std::size_t expected = 0;
  for (std::uint32_t line = range.begin; line < range.end; ++line) {
    const std::string_view text = lines[line];
    if (expected < model_tokens.size() && text == model[model_range.begin + static_cast<std::uint32_t>(expected)]) {
      tokens.push_back(model_tokens[expected++]);
      continue;
    }
    reserve(1);
    tokens.push_back(find_or_add(text));
    const auto near = model_tokens.subspan(expected, std::min(kFurthest, model_tokens.size() - expected));
    const auto found = std::ranges::find(near, tokens.back());
    if (found != near.end()) expected += static_cast<std::size_t>(found - near.begin()) + 1;
  }
  return tokens;
}

Token LineTable::find_or_add(std::string_view line) {
  const std::string_view key = key_of(line, whitespace_, key_);
  return find_or_add(line, key, XXH3_64bits(key.data(), key.size()));
}

Token LineTable::find_or_add(std::string_view line, std::string_view key, std::uint64_t full_hash) {
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
  const std::size_t least = (entries_.size() + lines) * 4 / 3 + 1;
  if (least <= slots_.size()) return;
  slots_.assign(std::bit_ceil(least), {});
  entries_.reserve(entries_.size() + lines);
  hashes_.reserve(hashes_.size() + lines);
  const std::size_t mask = slots_.size() - 1;
  for (Token token = 0; token < size(); ++token) {
    std::size_t at = hashes_[token] & mask;
    while (slots_[at].next_token != 0) at = (at + 1) & mask;
    slots_[at] = {.hash = static_cast<std::uint32_t>(hashes_[token] >> 32U), .next_token = token + 1};
  }
}

}  // namespace tenon::diff
