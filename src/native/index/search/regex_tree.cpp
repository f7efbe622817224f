#include "native/index/search/regex_tree.h"

#include <algorithm>

#include "native/index/search/code_points.h"
#include "native/index/search/code_set.h"

namespace tenon::index {
namespace {

constexpr std::size_t kDeepest = 200;
constexpr std::uint32_t kMostRepeats = 1000;  // RE2 refuses more

struct Flags {
  bool fold = false;
  bool any_includes_line_feed = false;
};

bool is_capital(char32_t value) { return value >= U'A' && value <= U'Z'; }

// Beyond ASCII the case of a letter is not known here; Latin, Greek and Cyrillic capitals are what people type.
bool is_capital_beyond_ascii(char32_t value) {
  return (value >= 0xc0 && value <= 0xde && value != 0xd7) || (value >= 0x391 && value <= 0x3a9) ||
         (value >= 0x400 && value <= 0x42f);
}

RegexTree tree_of(const CodeSet& set) {
  if (set.unknown()) return {.kind = RegexTree::Kind::any};
  std::vector<CodeRange> ranges = set.ranges();
  if (ranges.empty()) return {.kind = RegexTree::Kind::no_match};
  return {.kind = RegexTree::Kind::character, .ranges = std::move(ranges)};
}

RegexTree literal(char32_t value, bool fold) {
  CodeSet set;
  set.add(value, value);
  return tree_of(fold ? set.folded() : set);
}

class Parser {
 public:
  Parser(std::string_view text, Case folding) : text_(text), flags_{.fold = folding == Case::insensitive} {}

  std::optional<ParsedRegex> parse() {
    std::optional<RegexTree> tree = alternation();
    if (!tree || !text_.empty()) return std::nullopt;
    return ParsedRegex{.tree = std::move(*tree), .facts = facts_};
  }

 private:
  using Result = std::optional<RegexTree>;

  bool at(std::string_view prefix) const { return text_.starts_with(prefix); }

  bool take(std::string_view prefix) {
    if (!at(prefix)) return false;
    text_.remove_prefix(prefix.size());
    return true;
  }

  std::optional<char32_t> take_code_point() {
    const std::optional<CodePoint> point = first_code_point(text_);
    if (!point) return std::nullopt;
    text_.remove_prefix(point->bytes);
    return point->value;
  }

  void note(char32_t value) {
    facts_.has_literal = true;
    facts_.has_capital = facts_.has_capital || is_capital(value) || is_capital_beyond_ascii(value);
    facts_.has_line_feed = facts_.has_line_feed || value == U'\n';
  }

  Result alternation() {
    if (++depth_ > kDeepest) return std::nullopt;
    RegexTree all{.kind = RegexTree::Kind::alternate};
    do {
      Result branch = concatenation();
      if (!branch) return std::nullopt;
      all.children.push_back(std::move(*branch));
    } while (take("|"));
    --depth_;
    return all.children.size() == 1 ? std::move(all.children.front()) : std::move(all);
  }

  Result concatenation() {
    RegexTree all{.kind = RegexTree::Kind::concat};
    while (!text_.empty() && !at("|") && !at(")")) {
      if (take("\\Q")) {
        quoted(all);
        continue;
      }
      Result part = repeated();
      if (!part) return std::nullopt;
      all.children.push_back(std::move(*part));
    }
    return all;
  }

  void quoted(RegexTree& all) {
    while (!text_.empty() && !take("\\E")) {
      const std::optional<char32_t> value = take_code_point();
      if (!value) text_.remove_prefix(1);
      if (value) note(*value);
      all.children.push_back(value ? literal(*value, flags_.fold) : RegexTree{.kind = RegexTree::Kind::any});
    }
  }

  Result repeated() {
    Result part = atom();
    while (part && !text_.empty()) {
      RegexTree repeat{.kind = RegexTree::Kind::repeat};
      if (take("*")) {
      } else if (take("+")) {
        repeat.min = 1;
      } else if (take("?")) {
        repeat.max = 1;
      } else if (!counted(repeat)) {
        break;
      }
      take("?");
      repeat.children.push_back(std::move(*part));
      part = std::move(repeat);
    }
    return part;
  }

  std::optional<std::uint32_t> number() {
    std::uint32_t value = 0;
    std::size_t count = 0;
    while (count < text_.size() && text_[count] >= '0' && text_[count] <= '9') {
      value = std::min<std::uint32_t>(kMostRepeats + 1, value * 10 + static_cast<std::uint32_t>(text_[count] - '0'));
      ++count;
    }
    text_.remove_prefix(count);
    if (count == 0) return std::nullopt;
    return value;
  }

  // {n}, {n,} or {n,m}; any other brace is a literal, as RE2 has it.
  bool counted(RegexTree& repeat) {
    const std::string_view before = text_;
    if (!take("{")) return false;
    const std::optional<std::uint32_t> least = number();
    const bool comma = take(",");
    const std::optional<std::uint32_t> most = comma ? number() : least;
    if (!least || !take("}")) {
      text_ = before;
      return false;
    }
    repeat.min = *least;
    repeat.max = most;
    return true;
  }

  Result atom() {
    if (take("(")) return group();
    if (take("[")) return bracket();
    if (take("\\")) return escape();
    if (take(".")) {
      CodeSet set;
      if (!flags_.any_includes_line_feed) set.add(U'\n', U'\n');
      return tree_of(set.complement());
    }
    if (take("^") || take("$")) return RegexTree{};
    if (at("*") || at("+") || at("?")) return std::nullopt;
    return one_literal();
  }

  Result one_literal() {
    const std::optional<char32_t> value = take_code_point();
    if (!value) return std::nullopt;
    note(*value);
    return literal(*value, flags_.fold);
  }

  Result group() {
    const Flags outside = flags_;
    if (take("?")) {
      if (take("P<") || take("<")) {
        const std::size_t end = text_.find('>');
        if (end == std::string_view::npos) return std::nullopt;
        text_.remove_prefix(end + 1);
      } else {
        const std::optional<char> end = group_flags();
        if (!end) return std::nullopt;
        if (*end == ')') return RegexTree{};  // (?i) holds to the end of the group around it
      }
    }
    Result inside = alternation();
    if (!inside || !take(")")) return std::nullopt;
    flags_ = outside;
    return inside;
  }

  // After "(?": sets the flags; returns the ':' or ')' that ends them.
  std::optional<char> group_flags() {
    bool value = true;
    while (!text_.empty()) {
      const char flag = text_.front();
      text_.remove_prefix(1);
      switch (flag) {
        case 'i':
          flags_.fold = value;
          break;
        case 's':
          flags_.any_includes_line_feed = value;
          break;
        case 'm':
        case 'U':
          break;
        case '-':
          value = false;
          break;
        case ':':
        case ')':
          return flag;
        default:
          return std::nullopt;
      }
    }
    return std::nullopt;
  }

  Result escape() {
    if (text_.empty()) return std::nullopt;
    const char name = text_.front();
    if (std::string_view("AbBzZ").find(name) != std::string_view::npos) {
      text_.remove_prefix(1);
      return RegexTree{};
    }
    if (name == 'C') {
      text_.remove_prefix(1);
      return RegexTree{.kind = RegexTree::Kind::repeat,
                       .children = {{.kind = RegexTree::Kind::any}}};  // one byte, perhaps a part of a character
    }
    if (const std::optional<CodeSet> set = escaped_class(Reading::widest))
      return tree_of(flags_.fold ? set->folded() : *set);
    const std::optional<char32_t> value = escaped_character();
    if (!value) return std::nullopt;
    note(*value);
    return literal(*value, flags_.fold);
  }

  // \d \D … \pN \p{Greek}; after the backslash.
  std::optional<CodeSet> escaped_class(Reading reading) {
    if (text_.empty()) return std::nullopt;
    const char name = text_.front();
    if (is_perl_class(name)) {
      text_.remove_prefix(1);
      return perl_class(name, reading);
    }
    if (name != 'p' && name != 'P') return std::nullopt;
    const std::size_t end =
        text_.size() > 1 && text_[1] == '{' ? text_.find('}') : std::min<std::size_t>(1, text_.size());
    text_.remove_prefix(std::min(end == std::string_view::npos ? text_.size() : end + 1, text_.size()));
    CodeSet set;
    set.add_unknown();
    return set;
  }

  // After the backslash.
  std::optional<char32_t> escaped_character() {
    if (text_.empty()) return std::nullopt;
    const char name = text_.front();
    constexpr std::string_view kNames = "afnrtv";
    constexpr std::string_view kValues = "\a\f\n\r\t\v";
    if (const std::size_t known = kNames.find(name); known != std::string_view::npos) {
      text_.remove_prefix(1);
      return static_cast<char32_t>(kValues[known]);
    }
    if (name == 'x') return hexadecimal();
    if (name >= '0' && name <= '7') return octal();
    const bool alphanumeric = (name >= '0' && name <= '9') || is_capital(static_cast<char32_t>(name & ~0x20));
    if (alphanumeric) return std::nullopt;
    return take_code_point();
  }

  std::optional<char32_t> hexadecimal() {
    text_.remove_prefix(1);
    const bool braces = take("{");
    char32_t value = 0;
    std::size_t count = 0;
    while (count < text_.size() && (braces || count < 2)) {
      const char digit = text_[count];
      const std::size_t known = std::string_view("0123456789abcdef0123456789ABCDEF").find(digit);
      if (known == std::string_view::npos) break;
      value = value << 4 | static_cast<char32_t>(known % 16);
      if (value > 0x10ffff) return std::nullopt;
      ++count;
    }
    text_.remove_prefix(count);
    if (count == 0 || (braces && !take("}"))) return std::nullopt;
    return value;
  }

  std::optional<char32_t> octal() {
    char32_t value = 0;
    std::size_t count = 0;
    while (count < text_.size() && count < 3 && text_[count] >= '0' && text_[count] <= '7') {
      value = value * 8 + static_cast<char32_t>(text_[count] - '0');
      ++count;
    }
    text_.remove_prefix(count);
    return value;
  }

  Result bracket() {
    const bool negated = take("^");
    CodeSet set;
    bool first = true;
    while (!text_.empty() && (first || !at("]"))) {
      first = false;
      if (!bracket_part(set, negated ? Reading::narrowest : Reading::widest)) return std::nullopt;
    }
    if (!take("]")) return std::nullopt;
    if (flags_.fold) set = set.folded();
    return tree_of(negated ? set.complement() : set);
  }

  bool bracket_part(CodeSet& set, Reading reading) {
    if (take("[:")) {
      const std::size_t end = text_.find(":]");
      if (end == std::string_view::npos) return false;
      text_.remove_prefix(end + 2);
      set.add_unknown();
      return true;
    }
    if (take("\\")) {
      if (const std::optional<CodeSet> known = escaped_class(reading)) {
        set.add(*known);
        return true;
      }
      const std::optional<char32_t> value = escaped_character();
      return value && bracket_range(set, *value);
    }
    const std::optional<char32_t> value = take_code_point();
    return value && bracket_range(set, *value);
  }

  bool bracket_range(CodeSet& set, char32_t first) {
    facts_.has_literal = true;
    facts_.has_capital = facts_.has_capital || is_capital(first) || is_capital_beyond_ascii(first);
    if (!at("-") || at("-]")) {
      set.add(first, first);
      return true;
    }
    take("-");
    const std::optional<char32_t> last = take("\\") ? escaped_character() : take_code_point();
    if (!last || *last < first) return false;
    facts_.has_capital = facts_.has_capital || is_capital(*last);
    set.add(first, *last);
    return true;
  }

  std::string_view text_;
  Flags flags_;
  RegexFacts facts_;
  std::size_t depth_ = 0;
};

}  // namespace

std::optional<ParsedRegex> parse_regex(std::string_view pattern, Case folding) {
  return Parser(pattern, folding).parse();
}

RegexTree literal_tree(std::string_view text, Case folding) {
  RegexTree all{.kind = RegexTree::Kind::concat};
  while (!text.empty()) {
    const std::optional<CodePoint> point = first_code_point(text);
    all.children.push_back(point ? literal(point->value, folding == Case::insensitive)
                                 : RegexTree{.kind = RegexTree::Kind::any});
    text.remove_prefix(point ? point->bytes : 1);
  }
  return all;
}

RegexFacts literal_facts(std::string_view text) {
  RegexFacts facts{.has_literal = !text.empty(), .has_line_feed = text.find('\n') != std::string_view::npos};
  while (!text.empty()) {
    const CodePoint point = first_code_point(text).value_or(CodePoint{0, 1});
    facts.has_capital = facts.has_capital || is_capital(point.value) || is_capital_beyond_ascii(point.value);
    text.remove_prefix(point.bytes);
  }
  return facts;
}

}  // namespace tenon::index
