// How much of one file is in another, as git measures it for renames (gitdiffcore(7)): both are cut into lines, lines
// of more than 64 bytes into pieces; the similarity is the number of bytes in pieces that both have, divided by the
// size of the larger file. In texts "\r\n" counts as "\n". Thread safe.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tenon::diff {

// What git calls 100 %.
inline constexpr std::uint32_t kSame = 60'000;

// The pieces of a file, to compare it with many others. O(bytes).
class Fingerprint {
 public:
  explicit Fingerprint(std::string_view content);

  std::uint64_t size() const { return size_; }

  // 0 … kSame. O(pieces). Two empty files are not similar.
  friend std::uint32_t similarity(const Fingerprint& one, const Fingerprint& other);

 private:
  struct Piece {
    std::uint64_t hash = 0;
    std::uint64_t bytes = 0;  // in all pieces with this hash
  };

  std::uint64_t size_ = 0;
  std::vector<Piece> pieces_;  // ordered by hash
};

std::uint32_t similarity(const Fingerprint& one, const Fingerprint& other);

// What is shown and compared with thresholds: whole percent, rounded down.
inline std::uint32_t percent_of(std::uint32_t similarity) { return similarity / (kSame / 100); }

// The most that files of these sizes can reach; comparing them is a waste if it is not enough.
std::uint32_t highest_similarity(std::uint64_t one_size, std::uint64_t other_size);

}  // namespace tenon::diff
