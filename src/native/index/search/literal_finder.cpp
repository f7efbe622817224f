#include "native/index/search/literal_finder.h"

#include <algorithm>
#include <cstring>
#include <limits>

#if defined(__x86_64__)
#include <immintrin.h>
using _Bool = bool;  // NOLINT(bugprone-reserved-identifier): the next header is written for C
#include <sys/platform/x86.h>
#endif

namespace tenon::index {
namespace {

constexpr char kCaseBit = 0x20;

// Bytes of program text, the most common first; what is not listed is rarer than all of these.
constexpr std::string_view kByFrequency =
    " etnriaosld_c\tupm(f);,h.\nbg*y=v/x\"0w-k>{}:S1ETRI#ACN<OD&PL2'zF3M[]Bj4+Uq!|GH5W86V7\\9KXYQJZ@%~?$^`\r";

constexpr std::array<unsigned char, 256> make_rarity() {
  std::array<unsigned char, 256> rarity{};
  rarity.fill(std::numeric_limits<unsigned char>::max());
  for (std::size_t i = 0; i < kByFrequency.size(); ++i) {
    rarity[static_cast<unsigned char>(kByFrequency[i])] = static_cast<unsigned char>(i);
  }
  return rarity;
}
constexpr std::array<unsigned char, 256> kRarity = make_rarity();

bool is_ascii_letter(char byte) {
  const char lower = static_cast<char>(byte | kCaseBit);
  return lower >= 'a' && lower <= 'z';
}

bool has_avx2() {
#if defined(__x86_64__)
  // What the C library knows already. The compiler's built-in asks the processor again at each start of the program,
  // and in a virtual machine each question is an exit to the host.
  return CPU_FEATURE_ACTIVE(AVX2);
#else
  return false;
#endif
}

}  // namespace

int LiteralFinder::rarity(unsigned char byte) { return kRarity[byte]; }

LiteralFinder::LiteralFinder(std::string_view literal, Case folding) : literal_(literal), avx2_(has_avx2()) {
  fold_.assign(literal_.size(), 0);
  if (folding == Case::insensitive) {
    for (std::size_t i = 0; i < literal_.size(); ++i) {
      if (!is_ascii_letter(literal_[i])) continue;
      fold_[i] = kCaseBit;
      literal_[i] = static_cast<char>(literal_[i] | kCaseBit);
      folded_ = true;
    }
  }
  const auto rarer = [&](std::size_t left, std::size_t right) {
    return rarity(static_cast<unsigned char>(literal_[left])) > rarity(static_cast<unsigned char>(literal_[right]));
  };
  for (std::size_t i = 1; i < literal_.size(); ++i) {
    if (rarer(i, first_)) first_ = i;
  }
  second_ = first_ == 0 ? literal_.size() - 1 : 0;
  for (std::size_t i = 0; i < literal_.size(); ++i) {
    if (i != first_ && rarer(i, second_)) second_ = i;
  }
}

bool LiteralFinder::matches_at(const char* place) const {
  if (!folded_) return std::memcmp(place, literal_.data(), literal_.size()) == 0;
  for (std::size_t i = 0; i < literal_.size(); ++i) {
    if (static_cast<char>(place[i] | fold_[i]) != literal_[i]) return false;
  }
  return true;
}

std::size_t LiteralFinder::find(std::string_view text, std::size_t from) const {
  if (text.size() < literal_.size() || from > text.size() - literal_.size()) return kNotFound;
  return avx2_ ? find_avx2(text, from) : find_portable(text, from);
}

std::size_t LiteralFinder::find_portable(std::string_view text, std::size_t from) const {
  const std::size_t last = text.size() - literal_.size();
  const char rare = literal_[first_];
  const char other = static_cast<char>(rare ^ fold_[first_]);
  for (std::size_t at = from; at <= last; ++at) {
    if (folded_) {
      if (text[at + first_] != rare && text[at + first_] != other) continue;
    } else {
      const void* found = std::memchr(text.data() + at + first_, rare, last - at + 1);
      if (found == nullptr) return kNotFound;
      at = static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) - first_;
    }
    if (matches_at(text.data() + at)) return at;
  }
  return kNotFound;
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) std::size_t LiteralFinder::find_avx2(std::string_view text, std::size_t from) const {
  constexpr std::size_t kLanes = sizeof(__m256i);
  const std::size_t last = text.size() - literal_.size();
  const __m256i first = _mm256_set1_epi8(literal_[first_]);
  const __m256i second = _mm256_set1_epi8(literal_[second_]);
  const __m256i first_fold = _mm256_set1_epi8(fold_[first_]);
  const __m256i second_fold = _mm256_set1_epi8(fold_[second_]);
  const auto load = [](const char* place) __attribute__((target("avx2"))) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(place));
  };
  std::size_t at = from;
  for (; at + kLanes - 1 <= last; at += kLanes) {
    const __m256i firsts = _mm256_or_si256(load(text.data() + at + first_), first_fold);
    const __m256i seconds = _mm256_or_si256(load(text.data() + at + second_), second_fold);
    const __m256i both = _mm256_and_si256(_mm256_cmpeq_epi8(firsts, first), _mm256_cmpeq_epi8(seconds, second));
    auto candidates = static_cast<unsigned>(_mm256_movemask_epi8(both));
    while (candidates != 0) {
      const std::size_t place = at + static_cast<std::size_t>(__builtin_ctz(candidates));
      if (matches_at(text.data() + place)) return place;
      candidates &= candidates - 1;
    }
  }
  return at <= last ? find_portable(text, at) : kNotFound;
}

#else

std::size_t LiteralFinder::find_avx2(std::string_view text, std::size_t from) const {
  return find_portable(text, from);
}

#endif

}  // namespace tenon::index
