#include "native/diff/similarity.h"

#include <xxhash.h>

#include "native/fsops/content_type.h"

namespace tenon::diff {
namespace {

constexpr std::size_t kLongestPiece = 64;

std::uint32_t share(std::uint64_t part, std::uint64_t whole) {
  return static_cast<std::uint32_t>(static_cast<double>(part) * kSame / static_cast<double>(whole));
}

}  // namespace

Fingerprint::Fingerprint(std::string_view content) : size_(content.size()) {
  const bool text = !fsops::looks_binary(content);
  std::array<char, kLongestPiece> piece{};
  std::size_t length = 0;
  for (std::size_t i = 0; i < content.size(); ++i) {
    const char c = content[i];
    if (text && c == '\r' && i + 1 < content.size() && content[i + 1] == '\n') continue;
    piece[length++] = c;
    if (length < kLongestPiece && c != '\n') continue;
    pieces_.push_back({.hash = XXH3_64bits(piece.data(), length), .bytes = length});
    length = 0;
  }
  if (length > 0) pieces_.push_back({.hash = XXH3_64bits(piece.data(), length), .bytes = length});
  std::ranges::sort(pieces_, {}, &Piece::hash);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    if (kept > 0 && pieces_[kept - 1].hash == pieces_[i].hash) {
      pieces_[kept - 1].bytes += pieces_[i].bytes;
    } else {
      pieces_[kept++] = pieces_[i];
    }
  }
  pieces_.resize(kept);
}

std::uint32_t similarity(const Fingerprint& one, const Fingerprint& other) {
  std::uint64_t common = 0;
  auto left = one.pieces_.begin();
  auto right = other.pieces_.begin();
  while (left != one.pieces_.end() && right != other.pieces_.end()) {
    if (left->hash < right->hash) {
      ++left;
    } else if (right->hash < left->hash) {
      ++right;
    } else {
      common += std::min(left->bytes, right->bytes);
      ++left;
      ++right;
    }
  }
  const std::uint64_t larger = std::max(one.size_, other.size_);
  return larger == 0 ? 0 : std::min(kSame, share(common, larger));
}

std::uint32_t highest_similarity(std::uint64_t one_size, std::uint64_t other_size) {
  const std::uint64_t larger = std::max(one_size, other_size);
  return larger == 0 ? 0 : share(std::min(one_size, other_size), larger);
}

}  // namespace tenon::diff
