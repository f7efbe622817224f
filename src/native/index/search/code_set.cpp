#include "native/index/search/code_set.h"

#include <algorithm>
#include <string_view>

namespace tenon::index {
namespace {

constexpr char32_t kLastCodePoint = 0x10ffff;
constexpr char32_t kKelvin = 0x212a;  // folds to k
constexpr char32_t kLongS = 0x17f;    // folds to s
constexpr char32_t kCaseBit = 0x20;

CodeSet ascii_members(char name) {
  CodeSet set;
  if (name == 's') {
    set.add(U'\t', U'\n');
    set.add(U'\f', U'\r');
    set.add(U' ', U' ');
    return set;
  }
  set.add(U'0', U'9');
  if (name == 'd') return set;
  set.add(U'A', U'Z');
  set.add(U'a', U'z');
  set.add(U'_', U'_');
  return set;
}

}  // namespace

bool is_perl_class(char name) { return std::string_view("dDsSwW").find(name) != std::string_view::npos; }

CodeSet perl_class(char name, Reading reading) {
  const char lower = static_cast<char>(name | 0x20);
  CodeSet set = ascii_members(lower);
  if (name != lower) return set.complement();
  if (reading == Reading::narrowest) return set;
  set.add(U'\v', U'\v');
  set.add(0x80, kLastCodePoint);
  return set;
}

void CodeSet::add(char32_t first, char32_t last) {
  if (first <= last) ranges_.push_back({first, last});
}

void CodeSet::add(const CodeSet& other) {
  ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
  unknown_ = unknown_ || other.unknown_;
}

CodeSet CodeSet::complement() const {
  CodeSet result;
  result.unknown_ = unknown_;
  char32_t next = 0;
  for (const CodeRange& range : ranges()) {
    if (range.first > next) result.add(next, range.first - 1);
    next = range.last + 1;
  }
  result.add(next, kLastCodePoint);
  return result;
}

CodeSet CodeSet::folded() const {
  CodeSet result = *this;
  const auto overlap = [&](const CodeRange& range, char32_t first, char32_t last, char32_t change) {
    const char32_t from = std::max(range.first, first);
    const char32_t to = std::min(range.last, last);
    if (from <= to) result.add(from ^ change, to ^ change);
  };
  const auto holds = [&](char32_t lower) {
    return std::ranges::any_of(ranges_, [&](const CodeRange& range) {
      return (range.first <= lower && lower <= range.last) ||
             (range.first <= (lower ^ kCaseBit) && (lower ^ kCaseBit) <= range.last);
    });
  };
  for (const CodeRange& range : ranges_) {
    overlap(range, U'a', U'z', kCaseBit);
    overlap(range, U'A', U'Z', kCaseBit);
    if (range.last > 0x7f) result.add_unknown();
  }
  if (holds(U'k')) result.add(kKelvin, kKelvin);
  if (holds(U's')) result.add(kLongS, kLongS);
  return result;
}

std::vector<CodeRange> CodeSet::ranges() const {
  std::vector<CodeRange> sorted = ranges_;
  std::ranges::sort(sorted, {}, &CodeRange::first);
  std::vector<CodeRange> merged;
  for (const CodeRange& range : sorted) {
    if (!merged.empty() && range.first <= merged.back().last + 1) {
      merged.back().last = std::max(merged.back().last, range.last);
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

}  // namespace tenon::index
