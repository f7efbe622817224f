#include "native/index/trigram/trigram_collector.h"

#include <algorithm>
#include <utility>

#include "native/index/trigram/ascii_trigram.h"

namespace tenon::index {
namespace {

constexpr Trigram kMask = 0xff'ff'ff;
constexpr Trigram kLineEnds = 0x0a'0a'0a;
constexpr unsigned kAsciiBits = 7;
constexpr Trigram kAsciiMask = (1U << kAsciiNumberBits) - 1;
constexpr unsigned kWordBits = 6;
constexpr Trigram kInWord = (1U << kWordBits) - 1;

constexpr std::uint64_t bit_of(Trigram number) { return std::uint64_t{1} << (number & kInWord); }

// Bits for all strings of three characters of so many bits; set for those with a line end, so that these are never new.
std::vector<std::uint64_t> marked_line_ends(unsigned bits) {
  std::vector<std::uint64_t> words(std::size_t{1} << (3 * bits - kWordBits));
  const Trigram pairs = 1U << (2 * bits);
  const Trigram low = (1U << bits) - 1;
  for (Trigram pair = 0; pair < pairs; ++pair) {
    const Trigram first = pair >> bits;
    const Trigram second = pair & low;
    for (const Trigram number : {static_cast<Trigram>('\n') << (2 * bits) | first << bits | second,
                                 first << (2 * bits) | static_cast<Trigram>('\n') << bits | second,
                                 first << (2 * bits) | second << bits | static_cast<Trigram>('\n')}) {
      words[number >> kWordBits] |= bit_of(number);
    }
  }
  return words;
}

}  // namespace

TrigramCollector::TrigramCollector()
    : ascii_(marked_line_ends(kAsciiBits)), other_(marked_line_ends(8)), recent_(kLineEnds) {}

void TrigramCollector::add(std::string_view piece) {
  make_room(count_ + piece.size());
  std::uint64_t* const ascii = ascii_.data();
  std::uint64_t* const other = other_.data();
  Trigram* const seen = seen_.get();
  std::size_t count = count_;
  Trigram recent = recent_;
  Trigram number = ascii_number(recent);
  for (const char character : piece) {
    const auto byte = static_cast<unsigned char>(character);
    recent = (recent << 8 | byte) & kMask;
    number = (number << kAsciiBits | (byte & 0x7fU)) & kAsciiMask;
    const bool ascii_only = is_ascii(recent);
    std::uint64_t& word = ascii_only ? ascii[number >> kWordBits] : other[recent >> kWordBits];
    const Trigram place = ascii_only ? number : recent;
    const std::uint64_t before = word;
    word = before | bit_of(place);
    seen[count] = recent;
    count += ~(before >> (place & kInWord)) & 1U;
  }
  count_ = count;
  recent_ = recent;
}

void TrigramCollector::clear() {
  for (const Trigram trigram : trigrams()) {
    const bool ascii_only = is_ascii(trigram);
    const Trigram place = ascii_only ? ascii_number(trigram) : trigram;
    (ascii_only ? ascii_ : other_)[place >> kWordBits] &= ~bit_of(place);
  }
  count_ = 0;
  recent_ = kLineEnds;
}

void TrigramCollector::make_room(std::size_t trigrams) {
  if (trigrams <= capacity_) return;
  const std::size_t larger = std::max(trigrams, 2 * capacity_);
  auto grown = std::make_unique_for_overwrite<Trigram[]>(larger);
  std::ranges::copy(this->trigrams(), grown.get());
  seen_ = std::move(grown);
  capacity_ = larger;
}

}  // namespace tenon::index
