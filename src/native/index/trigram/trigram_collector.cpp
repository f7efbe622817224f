#include "native/index/trigram/trigram_collector.h"

#include <cstddef>

namespace tenon::index {
namespace {

constexpr std::size_t kTrigrams = std::size_t{1} << 24;
constexpr Trigram kMask = kTrigrams - 1;
constexpr unsigned kWordBits = 6;
constexpr Trigram kInWord = (1U << kWordBits) - 1;

}  // namespace

TrigramCollector::TrigramCollector() : bits_(kTrigrams >> kWordBits) {}

void TrigramCollector::add(std::string_view piece) {
  Trigram recent = recent_;
  std::uint32_t run = run_;
  std::uint64_t* const bits = bits_.data();
  for (const char byte : piece) {
    if (byte == '\n') {
      run = 0;
      continue;
    }
    recent = (recent << 8 | static_cast<unsigned char>(byte)) & kMask;
    if (++run < 3) continue;
    std::uint64_t& word = bits[recent >> kWordBits];
    const std::uint64_t bit = std::uint64_t{1} << (recent & kInWord);
    if ((word & bit) != 0) continue;
    word |= bit;
    seen_.push_back(recent);
  }
  recent_ = recent;
  run_ = run;
}

void TrigramCollector::clear() {
  for (const Trigram trigram : seen_) bits_[trigram >> kWordBits] = 0;
  seen_.clear();
  recent_ = 0;
  run_ = 0;
}

}  // namespace tenon::index
