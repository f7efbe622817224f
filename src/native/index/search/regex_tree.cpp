#include "native/index/search/regex_tree.h"

#include <algorithm>

#include "native/index/search/code_points.h"
#include "native/index/search/code_set.h"
#include "native/index/search/regex_text.h"

namespace tenon::index {
namespace {

constexpr std::size_t kDeepest = 200;
constexpr std::uint32_t kTooManyRepeats = 1001;  // for RE2

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
    } while (text_.take("|"));
    --depth_;
    return all.children.size() == 1 ? std::move(all.children.front()) : std::move(all);
  }

  Result concatenation() {
    RegexTree all{.kind = RegexTree::Kind::concat};
    while (!text_.empty() && !text_.at("|") && !text_.at(")")) {
      if (text_.take("\\Q")) {
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
    while (!text_.empty() && !text_.take("\\E")) {
      const std::optional<char32_t> value = text_.take_code_point();
      if (!value) text_.skip(1);
      if (value) note(*value);
      all.children.push_back(value ? literal(*value, flags_.fold) : RegexTree{.kind = RegexTree::Kind::any});
    }
  }

  Result repeated() {
    Result part = atom();
    while (part && !text_.empty()) {
      RegexTree repeat{.kind = RegexTree::Kind::repeat};
      if (text_.take("*")) {
      } else if (text_.take("+")) {
        repeat.min = 1;
      } else if (text_.take("?")) {
        repeat.max = 1;
      } else if (!counted(repeat)) {
        break;
      }
      text_.take("?");
      repeat.children.push_back(std::move(*part));
      part = std::move(repeat);
    }
    return part;
  }

  // {n}, {n,} or {n,m}; any other brace is a literal, as RE2 has it.
  bool counted(RegexTree& repeat) {
    const RegexText before = text_;
    if (!text_.take("{")) return false;
    const std::optional<std::uint32_t> least = text_.take_number(kTooManyRepeats);
    const bool comma = text_.take(",");
    const std::optional<std::uint32_t> most = comma ? text_.take_number(kTooManyRepeats) : least;
    if (!least || !text_.take("}")) {
      text_ = before;
      return false;
    }
    repeat.min = *least;
    repeat.max = most;
    return true;
  }

  Result atom() {
    if (text_.take("(")) return group();
    if (text_.take("[")) return bracket();
    if (text_.take("\\")) return escape();
    if (text_.take(".")) {
      CodeSet set;
      if (!flags_.any_includes_line_feed) set.add(U'\n', U'\n');
      return tree_of(set.complement());
    }
    if (text_.take("^") || text_.take("$")) return RegexTree{};
    if (text_.at("*") || text_.at("+") || text_.at("?")) return std::nullopt;
    return one_literal();
  }

  Result one_literal() {
    const std::optional<char32_t> value = text_.take_code_point();
    if (!value) return std::nullopt;
    note(*value);
    return literal(*value, flags_.fold);
  }

  Result group() {
    const Flags outside = flags_;
    if (text_.take("?")) {
      if (text_.take("P<") || text_.take("<")) {
        if (!text_.take_through(">")) return std::nullopt;
      } else {
        const std::optional<char> end = group_flags();
        if (!end) return std::nullopt;
        if (*end == ')') return RegexTree{};  // (?i) holds to the end of the group around it
      }
    }
    Result inside = alternation();
    if (!inside || !text_.take(")")) return std::nullopt;
    flags_ = outside;
    return inside;
  }

  // After "(?": sets the flags; returns the ':' or ')' that ends them.
  std::optional<char> group_flags() {
    bool value = true;
    while (const std::optional<char> flag = text_.take_byte()) {
      switch (*flag) {
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
    for (const std::string_view without_width : {"A", "b", "B", "z", "Z"}) {
      if (text_.take(without_width)) return RegexTree{};
    }
    if (text_.take("C")) {
      return RegexTree{.kind = RegexTree::Kind::repeat,
                       .children = {{.kind = RegexTree::Kind::any}}};  // one byte, perhaps a part of a character
    }
    if (const std::optional<CodeSet> set = text_.take_class(Reading::widest))
      return tree_of(flags_.fold ? set->folded() : *set);
    const std::optional<char32_t> value = text_.take_escaped();
    if (!value) return std::nullopt;
    note(*value);
    return literal(*value, flags_.fold);
  }

  Result bracket() {
    const bool negated = text_.take("^");
    CodeSet set;
    bool first = true;
    while (!text_.empty() && (first || !text_.at("]"))) {
      first = false;
      if (!bracket_part(set, negated ? Reading::narrowest : Reading::widest)) return std::nullopt;
    }
    if (!text_.take("]")) return std::nullopt;
    if (flags_.fold) set = set.folded();
    return tree_of(negated ? set.complement() : set);
  }

  bool bracket_part(CodeSet& set, Reading reading) {
    if (text_.take("[:")) {
      if (!text_.take_through(":]")) return false;
      set.add_unknown();
      return true;
    }
    if (text_.take("\\")) {
      if (const std::optional<CodeSet> known = text_.take_class(reading)) {
        set.add(*known);
        return true;
      }
      const std::optional<char32_t> value = text_.take_escaped();
      return value && bracket_range(set, *value);
    }
    const std::optional<char32_t> value = text_.take_code_point();
    return value && bracket_range(set, *value);
  }

  bool bracket_range(CodeSet& set, char32_t first) {
    facts_.has_literal = true;
    facts_.has_capital = facts_.has_capital || is_capital(first) || is_capital_beyond_ascii(first);
    if (!text_.at("-") || text_.at("-]")) {
      set.add(first, first);
      return true;
    }
    text_.take("-");
    const std::optional<char32_t> last = text_.take("\\") ? text_.take_escaped() : text_.take_code_point();
    if (!last || *last < first) return false;
    facts_.has_capital = facts_.has_capital || is_capital(*last);
    set.add(first, *last);
    return true;
  }

  RegexText text_;
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
