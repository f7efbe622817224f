#include "native/fsops/ignore_rules.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace tenon::fsops {
namespace {

unsigned char lower(unsigned char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<unsigned char>(byte - 'A' + 'a') : byte;
}

std::string lowered(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(lower(static_cast<unsigned char>(c)));
  return result;
}

bool equal_folded(std::string_view one, std::string_view other) {
  return std::ranges::equal(
      one, other, {}, [](char c) { return lower(static_cast<unsigned char>(c)); },
      [](char c) { return lower(static_cast<unsigned char>(c)); });
}

// FNV-1a with a last mix. Names are a dozen bytes: nothing with a start-up cost is faster.
std::uint64_t hash_of(std::string_view bytes, LetterCase letter_case) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hash = (hash ^ (letter_case == LetterCase::folded ? lower(byte) : byte)) * 0x100000001B3ULL;
  }
  hash ^= hash >> 32U;
  return hash == 0 ? 1 : hash;
}

std::string_view last_component(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Without its escapes, when those are all that is special about it.
std::optional<std::string> literal_of(std::string_view pattern) {
  std::string literal;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (std::string_view("*?[").contains(pattern[i])) return std::nullopt;
    if (pattern[i] == '\\') ++i;
    if (i == pattern.size()) return std::nullopt;
    literal += pattern[i];
  }
  return literal;
}

// dir.c, trim_trailing_spaces: blanks at the end go, unless a backslash keeps the first of them.
std::string_view without_trailing_blanks(std::string_view line) {
  std::size_t end = line.size();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ' ') continue;
    if (line[i] == '\\') ++i;
    kept = i + 1;
  }
  end = std::min(kept, end);
  return line.substr(0, end);
}

}  // namespace

IgnoreSubject::IgnoreSubject(std::string_view path_in, IgnoreKind kind_in, LetterCase letter_case)
    : path(path_in), name(last_component(path_in)), kind(kind_in), name_hash(hash_of(name, letter_case)) {
  const std::size_t dot = name.rfind('.');
  extension_hash = dot == std::string_view::npos ? 0 : hash_of(name.substr(dot + 1), letter_case);
}

void IgnoreRules::Lookup::add(std::uint64_t hash, std::uint32_t rule) { entries_.emplace_back(hash, rule); }

void IgnoreRules::Lookup::finish() {
  std::ranges::sort(entries_, [](const auto& one, const auto& other) {
    return one.first != other.first ? one.first < other.first : one.second > other.second;
  });
  constexpr std::size_t kBitsPerEntry = 16;
  constexpr std::size_t kWordBits = 64;
  if (entries_.empty()) return;
  filter_.resize(std::bit_ceil(entries_.size() * kBitsPerEntry + kWordBits) / kWordBits);
  for (const auto& [hash, rule] : entries_) filter_[hash / kWordBits % filter_.size()] |= 1ULL << hash % kWordBits;
}

std::span<const std::pair<std::uint64_t, std::uint32_t>> IgnoreRules::Lookup::find(std::uint64_t hash) const {
  constexpr std::size_t kWordBits = 64;
  if (filter_.empty() || (filter_[hash / kWordBits % filter_.size()] >> hash % kWordBits & 1U) == 0) return {};
  const auto range = std::ranges::equal_range(entries_, hash, {}, [](const auto& entry) { return entry.first; });
  return {range.begin(), range.end()};
}

class IgnoreRules::Parser {
 public:
  explicit Parser(LetterCase letter_case) { rules_.letter_case_ = letter_case; }

  void add_line(std::string_view line, std::uint32_t number) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('#')) return;
    line = without_trailing_blanks(line.substr(0, line.find('\0')));
    IgnoreRule rule{.text = std::string(line), .line = number, .includes = line.starts_with('!')};
    if (rule.includes) line.remove_prefix(1);
    Matcher matcher;
    if (line.ends_with('/')) {
      matcher.directories_only = true;
      line.remove_suffix(1);
    }
    matcher.scope = line.contains('/') ? Scope::path : Scope::name;
    if (line.starts_with('/')) line.remove_prefix(1);
    if (line.empty()) return;
    shape(matcher, line);
    rules_.rules_.push_back(std::move(rule));
    rules_.matchers_.push_back(std::move(matcher));
  }

  IgnoreRules finish() {
    rules_.by_name_.finish();
    rules_.by_extension_.finish();
    std::ranges::reverse(rules_.others_);
    return std::move(rules_);
  }

 private:
  void shape(Matcher& matcher, std::string_view pattern) {
    // At any depth: the same as a pattern for names.
    if (matcher.scope == Scope::path && pattern.starts_with("**/") && !pattern.substr(3).contains('/')) {
      matcher.scope = Scope::name;
      pattern.remove_prefix(3);
    }
    const auto number = static_cast<std::uint32_t>(rules_.rules_.size());
    if (auto literal = literal_of(pattern)) {
      take(matcher, Shape::literal, *literal);
      rules_.by_name_.add(hash_of(last_component(*literal), rules_.letter_case_), number);
      return;
    }
    if (matcher.scope == Scope::name && name_shape(matcher, pattern, number)) return;
    rules_.others_.push_back(number);
    if (matcher.shape != Shape::literal) return;
    if (matcher.scope == Scope::path && path_shape(matcher, pattern)) return;
    matcher.shape = Shape::glob;
    matcher.glob = static_cast<std::uint32_t>(rules_.globs_.size());
    const Slash slash = matcher.scope == Scope::name ? Slash::ordinary : Slash::boundary;
    rules_.globs_.push_back(Glob::compile(pattern, {.slash = slash, .letter_case = rules_.letter_case_}).value());
  }

  // True when the rule is found by a look-up.
  bool name_shape(Matcher& matcher, std::string_view pattern, std::uint32_t number) {
    if (pattern.find_first_not_of('*') == std::string_view::npos) {
      matcher.shape = Shape::everything;
      return false;
    }
    if (const auto suffix = pattern.front() == '*' ? literal_of(pattern.substr(1)) : std::nullopt) {
      take(matcher, Shape::suffix, *suffix);
      if (suffix->rfind('.') != 0) return false;
      rules_.by_extension_.add(hash_of(std::string_view(*suffix).substr(1), rules_.letter_case_), number);
      return true;
    }
    if (const auto prefix = pattern.back() == '*' ? literal_of(pattern.substr(0, pattern.size() - 1)) : std::nullopt) {
      take(matcher, Shape::prefix, *prefix);
    }
    return false;
  }

  bool path_shape(Matcher& matcher, std::string_view pattern) {
    constexpr std::string_view kBelow = "/**";
    if (!pattern.ends_with(kBelow)) return false;
    const auto prefix = literal_of(pattern.substr(0, pattern.size() - kBelow.size()));
    if (!prefix) return false;
    take(matcher, Shape::prefix, *prefix + "/");
    return true;
  }

  void take(Matcher& matcher, Shape shape, std::string_view literal) const {
    matcher.shape = shape;
    matcher.literal = rules_.letter_case_ == LetterCase::folded ? lowered(literal) : std::string(literal);
  }

  IgnoreRules rules_;
};

IgnoreRules IgnoreRules::parse(std::string_view text, LetterCase letter_case) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Parser parser(letter_case);
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    parser.add_line(text.substr(0, end), number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parser.finish();
}

const IgnoreRule* IgnoreRules::decide(const IgnoreSubject& subject) const {
  std::int64_t best = -1;
  const auto look_up = [&](const Lookup& lookup, std::uint64_t hash) {
    for (const auto& [found, rule] : lookup.find(hash)) {
      if (rule <= best) return;
      if (matches(rule, subject)) {
        best = rule;
        return;
      }
    }
  };
  look_up(by_name_, subject.name_hash);
  if (subject.extension_hash != 0) look_up(by_extension_, subject.extension_hash);
  for (const std::uint32_t rule : others_) {
    if (rule <= best) break;
    if (matches(rule, subject)) {
      best = rule;
      break;
    }
  }
  return best < 0 ? nullptr : &rules_[static_cast<std::size_t>(best)];
}

bool IgnoreRules::same(std::string_view text, std::string_view literal) const {
  return letter_case_ == LetterCase::folded ? equal_folded(text, literal) : text == literal;
}

bool IgnoreRules::matches(std::uint32_t rule, const IgnoreSubject& subject) const {
  const Matcher& matcher = matchers_[rule];
  if (matcher.directories_only && subject.kind != IgnoreKind::directory) return false;
  const std::string_view text = matcher.scope == Scope::name ? subject.name : subject.path;
  const std::string_view literal = matcher.literal;
  switch (matcher.shape) {
    case Shape::everything:
      return true;
    case Shape::literal:
      return text.size() == literal.size() && same(text, literal);
    case Shape::suffix:
      return text.size() >= literal.size() && same(text.substr(text.size() - literal.size()), literal);
    case Shape::prefix:
      return text.size() >= literal.size() && same(text.substr(0, literal.size()), literal);
    case Shape::glob:
      return globs_[matcher.glob].matches(text);
  }
  return false;
}

}  // namespace tenon::fsops
