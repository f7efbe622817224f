#include "native/fsops/glob_class.h"

#include <bitset>
#include <optional>
#include <utility>

namespace tenon::fsops {
namespace {

using Bytes = std::bitset<256>;

bool is_lower(unsigned c) { return c >= 'a' && c <= 'z'; }
bool is_upper(unsigned c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(unsigned c) { return c >= '0' && c <= '9'; }
bool is_alpha(unsigned c) { return is_lower(c) || is_upper(c); }
bool is_alnum(unsigned c) { return is_alpha(c) || is_digit(c); }
bool is_graph(unsigned c) { return c > ' ' && c < 0x7F; }
unsigned upper(unsigned c) { return is_lower(c) ? c - 'a' + 'A' : c; }
unsigned lower(unsigned c) { return is_upper(c) ? c - 'A' + 'a' : c; }

struct NamedClass {
  std::string_view name;
  bool (*contains)(unsigned c);
};
// POSIX, in the C locale.
constexpr NamedClass kNamedClasses[] = {
    {"alnum", is_alnum},
    {"alpha", is_alpha},
    {"blank", [](unsigned c) { return c == ' ' || c == '\t'; }},
    {"cntrl", [](unsigned c) { return c < ' ' || c == 0x7F; }},
    {"digit", is_digit},
    {"graph", is_graph},
    {"lower", is_lower},
    {"print", [](unsigned c) { return c == ' ' || is_graph(c); }},
    {"punct", [](unsigned c) { return is_graph(c) && !is_alnum(c); }},
    {"space", [](unsigned c) { return c == ' ' || (c >= '\t' && c <= '\r'); }},
    {"upper", is_upper},
    {"xdigit", [](unsigned c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }},
};

std::array<std::uint64_t, 4> words_of(const Bytes& bytes) {
  std::array<std::uint64_t, 4> words{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i]) words[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  return words;
}

// Reads the text of a set as git does. Bytes that stand alone and those of ranges and names are kept apart, because
// folding tries the capital letter for the latter only.
class GitClass {
 public:
  GitClass(std::string_view text, const GlobSyntax& syntax) : text_(text), syntax_(syntax) {}

  std::expected<GlobClass, GlobFault> parse() {
    if (next() == '!' || next() == '^') {
      negated_ = true;
      ++at_;
    }
    std::optional<unsigned> previous;  // of which a range may begin
    do {
      const std::optional<unsigned> c = next();
      if (!c) return std::unexpected(GlobFault::unclosed_class);
      ++at_;
      if (c == '\\') {
        previous = next();
        if (!previous) return std::unexpected(GlobFault::unclosed_class);
        ++at_;
        singles_.set(*previous);
      } else if (c == '-' && previous && next() && next() != ']') {
        if (!range(*previous)) return std::unexpected(GlobFault::unclosed_class);
        previous = std::nullopt;
      } else if (c == '[' && next() == ':') {
        const std::optional<Name> name = name_here();
        if (!name) return std::unexpected(GlobFault::unclosed_class);
        previous = name->plain_bracket ? c : std::nullopt;
        if (name->plain_bracket) singles_.set('[');
      } else {
        singles_.set(*c);
        previous = c;
      }
    } while (next() != ']');
    ++at_;
    return GlobClass{.bytes = words_of(resolved()), .length = at_};
  }

 private:
  struct Name {
    bool plain_bracket = false;  // not a name after all: the bracket stands for itself
  };

  std::optional<unsigned> next() const {
    if (at_ == text_.size()) return std::nullopt;
    return static_cast<unsigned char>(text_[at_]);
  }

  bool range(unsigned first) {
    std::optional<unsigned> last = next();
    ++at_;
    if (last == '\\') {
      last = next();
      if (!last) return false;
      ++at_;
    }
    for (unsigned c = first; c <= *last; ++c) ranges_.set(c);
    return true;
  }

  // After `[`, at the colon; nothing when the set is malformed.
  std::optional<Name> name_here() {
    const std::size_t begin = at_ + 1;
    const std::size_t end = text_.find(']', begin);
    if (end == std::string_view::npos) return std::nullopt;
    if (end == begin || text_[end - 1] != ':') return Name{.plain_bracket = true};
    const std::string_view name = text_.substr(begin, end - 1 - begin);
    for (const NamedClass& known : kNamedClasses) {
      if (known.name != name) continue;
      for (unsigned c = 0; c < ranges_.size(); ++c) {
        if (known.contains(c)) named_.set(c);
      }
      if (name == "upper") upper_named_ = true;
      at_ = end + 1;
      return Name{};
    }
    return std::nullopt;
  }

  Bytes resolved() const {
    Bytes bytes;
    const bool folded = syntax_.letter_case == LetterCase::folded;
    for (unsigned c = 0; c < bytes.size(); ++c) {
      const unsigned t = folded ? lower(c) : c;
      bool inside = singles_[t] || ranges_[t] || named_[t];
      if (folded && is_lower(t)) inside = inside || ranges_[upper(t)] || upper_named_;
      bytes[c] = inside != negated_;
    }
    if (syntax_.slash == Slash::boundary) bytes.reset('/');
    return bytes;
  }

  std::string_view text_;
  const GlobSyntax& syntax_;
  std::size_t at_ = 0;
  bool negated_ = false;
  bool upper_named_ = false;
  Bytes singles_;
  Bytes ranges_;
  Bytes named_;
};

}  // namespace

std::expected<GlobClass, GlobFault> parse_git_class(std::string_view text, const GlobSyntax& syntax) {
  return GitClass(text, syntax).parse();
}

std::expected<GlobClass, GlobFault> parse_ripgrep_class(std::string_view text, const GlobSyntax& syntax) {
  std::vector<std::pair<unsigned, unsigned>> ranges;
  std::size_t at = 0;
  const bool negated = text.starts_with('!') || text.starts_with('^');
  if (negated) ++at;
  bool in_range = false;
  for (bool first = true;; first = false) {
    if (at == text.size()) return std::unexpected(GlobFault::unclosed_class);
    const unsigned c = static_cast<unsigned char>(text[at++]);
    if (c == ']' && !first) break;
    if (c == '-' && !first && !in_range) {
      in_range = true;
      continue;
    }
    if (!in_range) {
      ranges.emplace_back(c, c);
      continue;
    }
    ranges.back().second = c;
    if (c < ranges.back().first) return std::unexpected(GlobFault::invalid_range);
    in_range = false;
  }
  if (in_range) ranges.emplace_back('-', '-');

  Bytes bytes;
  for (const auto& [begin, end] : ranges) {
    for (unsigned c = begin; c <= end; ++c) {
      bytes.set(c);
      if (syntax.letter_case == LetterCase::folded) bytes.set(lower(c)).set(upper(c));
    }
  }
  return GlobClass{.bytes = words_of(negated ? ~bytes : bytes), .length = at};
}

}  // namespace tenon::fsops
