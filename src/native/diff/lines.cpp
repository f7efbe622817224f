#include "native/diff/lines.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>

#include "core/error.h"

namespace tenon::diff {
namespace {

#ifdef __SSE2__
constexpr std::size_t kBlock = 64;

// A bit for each newline in kBlock bytes.
std::uint64_t newlines_in(const char* bytes) {
  const __m128i newline = _mm_set1_epi8('\n');
  const auto mask = [&](std::size_t offset) {
    const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + offset));
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(part, newline))));
  };
  return mask(0) | mask(16) << 16U | mask(32) << 32U | mask(48) << 48U;
}
#else
constexpr std::size_t kBlock = 64;

std::uint64_t newlines_in(const char* bytes) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < kBlock; ++i) mask |= std::uint64_t{bytes[i] == '\n'} << i;
  return mask;
}
#endif

}  // namespace

// Lines of code are short: finding newlines one by one costs several times as much as finding them 64 bytes at a time.
Lines::Lines(std::string_view text) : text_(text) {
  if (text.size() > kLongestText) {
    throw Error(ErrorCode::quota_exceeded, fmt::format("a text of {} bytes is too long to be split", text.size()),
                "Texts of 1 GiB and more can only be compared byte by byte.");
  }
  const auto newlines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  const bool unended = !text.empty() && text.back() != '\n';
  starts_.resize(newlines + (unended ? 2 : 1));
  std::uint32_t* next = starts_.data() + 1;
  std::size_t at = 0;
  for (; at + kBlock <= text.size(); at += kBlock) {
    for (std::uint64_t mask = newlines_in(text.data() + at); mask != 0; mask &= mask - 1) {
      *next++ = static_cast<std::uint32_t>(at + static_cast<std::size_t>(std::countr_zero(mask)) + 1);
    }
  }
  for (; at < text.size(); ++at) {
    if (text[at] == '\n') *next++ = static_cast<std::uint32_t>(at + 1);
  }
  if (unended) *next = static_cast<std::uint32_t>(text.size());
}

std::string_view without_terminator(std::string_view line) {
  if (!line.ends_with('\n')) return line;
  line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace tenon::diff
