#include "native/index/search/line_pattern.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/error.h"
#include "native/index/search/unicode_classes.h"
#include "native/index/trigram/query_planner.h"

namespace tenon::index {
namespace {

constexpr std::int64_t kRegexMemory = std::int64_t{64} << 20;  // bytes, of the automaton of one thread
constexpr std::string_view kNotWord = R"([^\pL\pM\p{Nd}\p{Nl}\p{Pc}\x{200c}\x{200d}])";

re2::RE2::Options regex_options(Case folding) {
  re2::RE2::Options options;
  options.set_case_sensitive(folding == Case::sensitive);
  options.set_log_errors(false);
  options.set_max_mem(kRegexMemory);
  options.set_never_nl(true);
  return options;
}

void check(const std::string& pattern, const re2::RE2& regex) {
  if (regex.ok()) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("the pattern {} is no regular expression: {}", pattern, regex.error()),
              "Use -F to look for the text as it is, or put a backslash before the character that is meant literally.");
}

void check_facts(const RegexFacts& facts) {
  if (!facts.has_line_feed) return;
  throw Error(ErrorCode::invalid_argument, "a pattern names a line feed, but lines are searched one by one",
              "Look for one of the lines, or for each with its own -e.");
}

struct Understood {
  RegexTree tree;
  RegexFacts facts;
};

Understood understand(const std::string& pattern, Syntax syntax, Case folding) {
  if (syntax == Syntax::literal) return {literal_tree(pattern, folding), literal_facts(pattern)};
  std::optional<ParsedRegex> parsed = parse_regex(pattern, folding);
  if (!parsed) return {RegexTree{.kind = RegexTree::Kind::repeat, .children = {{.kind = RegexTree::Kind::any}}}, {}};
  return {std::move(parsed->tree), parsed->facts};
}

Case case_of(const PatternOptions& options) {
  if (options.letter_case != CaseRule::smart) {
    return options.letter_case == CaseRule::insensitive ? Case::insensitive : Case::sensitive;
  }
  bool literal = false;
  for (const std::string& pattern : options.patterns) {
    const RegexFacts facts = understand(pattern, options.syntax, Case::sensitive).facts;
    if (facts.has_capital) return Case::sensitive;
    literal = literal || facts.has_literal;
  }
  return literal ? Case::insensitive : Case::sensitive;
}

std::string bounded(const std::string& regex, Boundary boundary) {
  switch (boundary) {
    case Boundary::none:
      return fmt::format("(?m:{})", regex);
    case Boundary::word:
      return fmt::format("(?m)(?:^|{})({})(?:{}|$)", kNotWord, regex, kNotWord);
    case Boundary::line:
      return fmt::format("(?m)^(?:{})$", regex);
  }
  return regex;
}

std::size_t line_begin(std::string_view text, std::size_t place) {
  if (place == 0) return 0;
  const void* found = ::memrchr(text.data(), '\n', place);
  return found == nullptr ? 0 : static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + 1;
}

std::size_t line_end(std::string_view text, std::size_t place) {
  const void* found = std::memchr(text.data() + place, '\n', text.size() - place);
  return found == nullptr ? text.size() : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

LinePattern::LinePattern(const PatternOptions& options) : folding_(case_of(options)), boundary_(options.boundary) {
  if (options.patterns.empty()) throw Error(ErrorCode::invalid_argument, "there is no pattern to search for");
  std::string all;
  RegexTree tree{.kind = RegexTree::Kind::alternate};
  for (const std::string& pattern : options.patterns) {
    Understood understood = understand(pattern, options.syntax, folding_);
    check_facts(understood.facts);
    const std::string regex =
        options.syntax == Syntax::literal ? re2::RE2::QuoteMeta(pattern) : with_unicode_classes(pattern);
    if (options.patterns.size() > 1) check(pattern, re2::RE2(regex, regex_options(folding_)));
    all += fmt::format("{}(?:{})", all.empty() ? "" : "|", regex);
    tree.children.push_back(std::move(understood.tree));
  }
  regex_ = bounded(all, boundary_);
  check(options.patterns.front(), re2::RE2(regex_, regex_options(folding_)));
  if (tree.children.size() == 1) tree = RegexTree(std::move(tree.children.front()));
  const RequiredLiterals required = required_literals(tree);
  for (const std::string& literal : required.any_of) literals_.emplace_back(literal, required.folding);
  literal_is_match_ = required.sufficient && boundary_ == Boundary::none;
  query_ = plan(tree);
}

LineMatcher::LineMatcher(const LinePattern& pattern) : pattern_(pattern) {}
LineMatcher::LineMatcher(LineMatcher&&) noexcept = default;
LineMatcher::~LineMatcher() = default;

const re2::RE2& LineMatcher::regex() {
  if (!regex_) regex_ = std::make_unique<re2::RE2>(pattern_.regex_, regex_options(pattern_.folding_));
  return *regex_;
}

void LineMatcher::start(std::string_view text) {
  text_ = text;
  places_.clear();
  for (const LiteralFinder& literal : pattern_.literals_) places_.push_back(literal.find(text, 0));
}

std::optional<std::size_t> LineMatcher::find_line(std::size_t from) {
  if (from >= text_.size()) return std::nullopt;
  return places_.empty() ? by_regex(from) : by_literals(from);
}

std::optional<std::size_t> LineMatcher::by_regex(std::size_t from) {
  re2::StringPiece match;
  if (!regex().Match(piece(text_), from, text_.size(), re2::RE2::UNANCHORED, &match, 1)) return std::nullopt;
  const auto place = static_cast<std::size_t>(match.data() - text_.data());
  // The empty line after the last line feed is none.
  if (place == text_.size() && text_.ends_with('\n')) return std::nullopt;
  return place;
}

std::size_t LineMatcher::next_literal(std::size_t from) {
  std::size_t best = LiteralFinder::kNotFound;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (places_[i] < from) places_[i] = pattern_.literals_[i].find(text_, from);
    best = std::min(best, places_[i]);
  }
  return best;
}

std::optional<std::size_t> LineMatcher::by_literals(std::size_t from) {
  while (from < text_.size()) {
    const std::size_t place = next_literal(from);
    if (place == LiteralFinder::kNotFound) return std::nullopt;
    if (pattern_.literal_is_match_) return place;
    const std::size_t begin = line_begin(text_, place);
    const std::size_t end = line_end(text_, place);
    const std::string_view line = text_.substr(begin, end - begin);
    if (regex().Match(piece(line), 0, line.size(), re2::RE2::UNANCHORED, nullptr, 0)) return place;
    from = end + 1;
  }
  return std::nullopt;
}

std::optional<Span> LineMatcher::find_in_line(std::string_view line, std::size_t from) {
  if (pattern_.literal_is_match_ && pattern_.literals_.size() == 1) {
    const std::size_t place = pattern_.literals_.front().find(line, from);
    if (place == LiteralFinder::kNotFound) return std::nullopt;
    return Span{place, place + pattern_.literals_.front().size()};
  }
  if (from > line.size()) return std::nullopt;
  re2::StringPiece groups[2];
  const int count = pattern_.boundary_ == Boundary::word ? 2 : 1;
  if (!regex().Match(piece(line), from, line.size(), re2::RE2::UNANCHORED, groups, count)) return std::nullopt;
  const re2::StringPiece& match = groups[count - 1];
  const auto begin = static_cast<std::size_t>(match.data() - line.data());
  return Span{begin, begin + match.size()};
}

std::vector<std::optional<Span>> LineMatcher::groups_in_line(std::string_view line, std::size_t from) {
  if (from > line.size()) return {};
  std::vector<re2::StringPiece> found(static_cast<std::size_t>(regex().NumberOfCapturingGroups()) + 1);
  const auto count = static_cast<int>(found.size());
  if (!regex().Match(piece(line), from, line.size(), re2::RE2::UNANCHORED, found.data(), count)) return {};
  std::vector<std::optional<Span>> groups;
  for (std::size_t i = pattern_.boundary_ == Boundary::word ? 1 : 0; i < found.size(); ++i) {
    groups.emplace_back();
    if (found[i].data() == nullptr) continue;
    const auto begin = static_cast<std::size_t>(found[i].data() - line.data());
    groups.back() = Span{begin, begin + found[i].size()};
  }
  return groups;
}

std::optional<std::size_t> LineMatcher::group_named(const std::string& name) {
  const auto found = regex().NamedCapturingGroups().find(name);
  if (found == regex().NamedCapturingGroups().end()) return std::nullopt;
  return static_cast<std::size_t>(found->second) - (pattern_.boundary_ == Boundary::word ? 1 : 0);
}

}  // namespace tenon::index
