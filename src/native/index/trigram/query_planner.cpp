#include "native/index/trigram/query_planner.h"

#include <optional>
#include <utility>

#include "native/index/search/code_points.h"
#include "native/index/trigram/string_set.h"

namespace tenon::index {
namespace {

// More strings than these say little and cost much; the figures are those of codesearch, so that plans agree with its.
constexpr std::size_t kMostExact = 7;
constexpr std::size_t kMostAffixes = 20;
constexpr std::size_t kMostClassMembers = 100;
constexpr std::size_t kTrigramLength = 3;
constexpr std::uint32_t kMostCopies = 8;  // of a repeated part; more copies add no new trigrams that matter

enum class Effort { keep_short_exact, final };

// What is known of the strings a part of the pattern matches.
struct Matches {
  bool can_be_empty = false;
  std::optional<StringSet> exact;  // all of them, when they are few
  StringSet prefixes;              // each begins with one of these; only when not exact
  StringSet suffixes;
  TrigramQuery query;  // what each satisfies
};

StringSet only_empty() { return StringSet({std::string()}); }

Matches nothing() { return {.exact = std::nullopt, .query = {.operation = TrigramQuery::Operation::none}}; }
Matches empty_string() { return {.can_be_empty = true, .exact = only_empty()}; }
Matches any_character() { return {.prefixes = only_empty(), .suffixes = only_empty()}; }
Matches any_string() { return {.can_be_empty = true, .prefixes = only_empty(), .suffixes = only_empty()}; }

// The query, narrowed to documents with one of the strings. A string too short for a trigram says nothing.
TrigramQuery narrowed(TrigramQuery query, const StringSet& strings) {
  if (strings.shortest() < kTrigramLength) return query;
  TrigramQuery one_of{.operation = TrigramQuery::Operation::none};
  for (const std::string& text : strings) one_of = std::move(one_of) | query_of(text);
  return std::move(query) & std::move(one_of);
}

void note_exact(Matches& matches) {
  if (matches.exact) matches.query = narrowed(std::move(matches.query), *matches.exact);
}

StringSet shortened_prefixes(const StringSet& strings, std::size_t length) {
  return strings.mapped([&](const std::string& text) { return text.substr(0, length); })
      .without_redundant([](const std::string& text, const std::string& other) { return text.starts_with(other); });
}

StringSet shortened_suffixes(const StringSet& strings, std::size_t length) {
  return strings
      .mapped([&](const std::string& text) { return text.substr(text.size() - std::min(length, text.size())); })
      .without_redundant([](const std::string& text, const std::string& other) { return text.ends_with(other); });
}

// Whole trigrams move from the affixes into the query; what stays is at most two bytes long, and few.
template <class Shorten>
StringSet trimmed(Matches& matches, StringSet affixes, Shorten shorten) {
  matches.query = narrowed(std::move(matches.query), affixes);
  for (std::size_t length = kTrigramLength; length-- > 0;) {
    affixes = shorten(affixes, length);
    if (affixes.size() <= kMostAffixes) break;
  }
  return affixes;
}

Matches simplified(Matches matches, Effort effort) {
  if (matches.exact) {
    const std::size_t shortest = matches.exact->shortest();
    const bool too_long = shortest > kTrigramLength || (shortest == kTrigramLength && effort == Effort::final);
    if (matches.exact->size() > kMostExact || too_long) {
      note_exact(matches);
      matches.prefixes = shortened_prefixes(*matches.exact, kTrigramLength - 1);
      matches.suffixes = shortened_suffixes(*matches.exact, kTrigramLength - 1);
      matches.exact.reset();
    }
  }
  if (!matches.exact) {
    matches.prefixes = trimmed(matches, std::move(matches.prefixes), shortened_prefixes);
    matches.suffixes = trimmed(matches, std::move(matches.suffixes), shortened_suffixes);
  }
  return matches;
}

Matches concatenated(Matches left, Matches right) {
  Matches both{.can_be_empty = left.can_be_empty && right.can_be_empty};
  const bool straddles = !left.exact && !right.exact && left.suffixes.size() <= kMostAffixes &&
                         right.prefixes.size() <= kMostAffixes &&
                         left.suffixes.shortest() + right.prefixes.shortest() >= kTrigramLength;
  both.query = left.query & right.query;
  if (straddles) both.query = narrowed(std::move(both.query), left.suffixes.followed_by(right.prefixes));
  if (left.exact && right.exact) {
    both.exact = left.exact->followed_by(*right.exact);
    return simplified(std::move(both), Effort::keep_short_exact);
  }
  if (left.exact) {
    both.prefixes = left.exact->followed_by(right.prefixes);
  } else {
    both.prefixes =
        left.can_be_empty ? left.prefixes.united(right.exact ? *right.exact : right.prefixes) : left.prefixes;
  }
  if (right.exact) {
    both.suffixes = left.suffixes.followed_by(*right.exact);
  } else {
    both.suffixes =
        right.can_be_empty ? right.suffixes.united(left.exact ? *left.exact : left.suffixes) : right.suffixes;
  }
  return simplified(std::move(both), Effort::keep_short_exact);
}

Matches alternated(Matches left, Matches right) {
  Matches either{.can_be_empty = left.can_be_empty || right.can_be_empty};
  if (left.exact && right.exact) {
    either.exact = left.exact->united(*right.exact);
    either.query = left.query | right.query;
    return simplified(std::move(either), Effort::keep_short_exact);
  }
  either.prefixes = (left.exact ? *left.exact : left.prefixes).united(right.exact ? *right.exact : right.prefixes);
  either.suffixes = (left.exact ? *left.exact : left.suffixes).united(right.exact ? *right.exact : right.suffixes);
  note_exact(left);
  note_exact(right);
  either.query = std::move(left.query) | std::move(right.query);
  return simplified(std::move(either), Effort::keep_short_exact);
}

Matches one_of(const std::vector<CodeRange>& ranges) {
  std::size_t members = 0;
  for (const CodeRange& range : ranges) members += range.last - range.first + 1;
  if (members > kMostClassMembers) return any_character();
  std::vector<std::string> strings;
  for (const CodeRange& range : ranges) {
    for (char32_t value = range.first; value <= range.last; ++value) append_utf8(strings.emplace_back(), value);
  }
  return simplified({.exact = StringSet(std::move(strings))}, Effort::keep_short_exact);
}

Matches analysed(const RegexTree& tree);

// One or more: it begins and ends like one, but is exact no longer.
Matches at_least_once(Matches once) {
  if (!once.exact) return once;
  once.prefixes = *once.exact;
  once.suffixes = *once.exact;
  once.exact.reset();
  return simplified(std::move(once), Effort::keep_short_exact);
}

Matches repeated(const RegexTree& tree) {
  if (tree.min == 0) {
    if (tree.max == 0U) return empty_string();
    if (tree.max != 1U) return any_string();
    return alternated(analysed(tree.children.front()), empty_string());
  }
  const Matches once = analysed(tree.children.front());
  const bool as_often_as_written = tree.max == tree.min && tree.min <= kMostCopies;
  const std::uint32_t copies = std::min(tree.min, kMostCopies);
  Matches all = empty_string();
  for (std::uint32_t i = 1; i < copies; ++i) all = concatenated(std::move(all), once);
  return concatenated(std::move(all), as_often_as_written ? once : at_least_once(once));
}

Matches analysed(const RegexTree& tree) {
  switch (tree.kind) {
    case RegexTree::Kind::no_match:
      return nothing();
    case RegexTree::Kind::empty:
      return empty_string();
    case RegexTree::Kind::character:
      return one_of(tree.ranges);
    case RegexTree::Kind::any:
      return any_character();
    case RegexTree::Kind::repeat:
      return repeated(tree);
    case RegexTree::Kind::concat: {
      Matches all = empty_string();
      for (const RegexTree& part : tree.children) all = concatenated(std::move(all), analysed(part));
      return all;
    }
    case RegexTree::Kind::alternate: {
      Matches all = nothing();
      bool first = true;
      for (const RegexTree& part : tree.children) {
        all = first ? analysed(part) : alternated(std::move(all), analysed(part));
        first = false;
      }
      return all;
    }
  }
  return any_string();
}

}  // namespace

TrigramQuery plan(const RegexTree& tree) {
  Matches matches = simplified(analysed(tree), Effort::final);
  note_exact(matches);
  return std::move(matches.query);
}

}  // namespace tenon::index
