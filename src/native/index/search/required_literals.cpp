#include "native/index/search/required_literals.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "native/index/search/code_points.h"
#include "native/index/search/literal_finder.h"

namespace tenon::index {
namespace {

constexpr std::size_t kMostLiterals = 8;
constexpr std::size_t kShortest = 2;  // bytes; one byte is on nearly every line
constexpr char32_t kCaseBit = 0x20;

struct Character {
  char32_t value = 0;
  bool folded = false;
};

std::optional<Character> single_character(const RegexTree& tree) {
  if (tree.kind != RegexTree::Kind::character) return std::nullopt;
  const std::vector<CodeRange>& ranges = tree.ranges;
  const auto single = [](const CodeRange& range) { return range.first == range.last; };
  if (ranges.size() == 1 && single(ranges.front())) return Character{ranges.front().first, false};
  if (ranges.size() != 2 || !single(ranges.front()) || !single(ranges.back())) return std::nullopt;
  const char32_t upper = ranges.front().first;
  const bool pair = upper >= U'A' && upper <= U'Z' && ranges.back().first == (upper | kCaseBit);
  return pair ? std::optional(Character{upper | kCaseBit, true}) : std::nullopt;
}

bool is_letter(char32_t value) {
  const char32_t lower = value | kCaseBit;
  return lower >= U'a' && lower <= U'z';
}

int rarest(std::string_view literal) {
  int best = 0;
  for (const char byte : literal) best = std::max(best, LiteralFinder::rarity(static_cast<unsigned char>(byte)));
  return best;
}

// Long and rare is good; many are bad, for each is looked for.
int worth(const RequiredLiterals& literals) {
  if (literals.any_of.empty()) return 0;
  constexpr std::size_t kLongEnough = 8;
  constexpr int kOfLength = 32;
  constexpr int kOfCount = 24;
  int least = std::numeric_limits<int>::max();
  for (const std::string& literal : literals.any_of) {
    least = std::min(least, kOfLength * static_cast<int>(std::min(literal.size(), kLongEnough)) + rarest(literal));
  }
  return std::max(1, least - kOfCount * static_cast<int>(literals.any_of.size() - 1));
}

void keep_better(RequiredLiterals& best, RequiredLiterals other) {
  if (worth(other) > worth(best)) best = std::move(other);
}

RequiredLiterals required(const RegexTree& tree);

RequiredLiterals of_concat(const std::vector<RegexTree>& parts) {
  RequiredLiterals best;
  RequiredLiterals run{.any_of = {std::string()}};
  std::size_t run_parts = 0;
  bool exact_letters = false;  // in the run; a folded literal with some of them is found too often
  const auto end_run = [&] {
    run.sufficient = run_parts == parts.size() && !(exact_letters && run.folding == Case::insensitive);
    if (run.any_of.front().size() >= kShortest || run.sufficient) keep_better(best, run);
    run = {.any_of = {std::string()}};
    run_parts = 0;
    exact_letters = false;
  };
  for (const RegexTree& part : parts) {
    if (const std::optional<Character> character = single_character(part)) {
      append_utf8(run.any_of.front(), character->value);
      if (character->folded) run.folding = Case::insensitive;
      exact_letters = exact_letters || (!character->folded && is_letter(character->value));
      ++run_parts;
      continue;
    }
    end_run();
    RequiredLiterals inside = required(part);
    inside.sufficient = inside.sufficient && parts.size() == 1;
    keep_better(best, std::move(inside));
  }
  if (run_parts > 0) end_run();
  return best;
}

RequiredLiterals of_alternate(const std::vector<RegexTree>& branches) {
  RequiredLiterals all{.sufficient = true};
  std::optional<Case> folding;
  for (const RegexTree& branch : branches) {
    const RequiredLiterals one = required(branch);
    if (one.any_of.empty()) return {};
    all.any_of.insert(all.any_of.end(), one.any_of.begin(), one.any_of.end());
    if (one.folding == Case::insensitive) all.folding = Case::insensitive;
    all.sufficient = all.sufficient && one.sufficient && one.folding == folding.value_or(one.folding);
    folding = one.folding;
  }
  std::ranges::sort(all.any_of);
  const auto repeated = std::ranges::unique(all.any_of);
  all.any_of.erase(repeated.begin(), repeated.end());
  return all.any_of.size() > kMostLiterals ? RequiredLiterals{} : all;
}

RequiredLiterals required(const RegexTree& tree) {
  switch (tree.kind) {
    case RegexTree::Kind::concat:
      return of_concat(tree.children);
    case RegexTree::Kind::alternate:
      return of_alternate(tree.children);
    case RegexTree::Kind::repeat: {
      if (tree.min == 0) return {};
      RequiredLiterals inside = required(tree.children.front());
      inside.sufficient = false;
      return inside;
    }
    default:
      return {};
  }
}

}  // namespace

RequiredLiterals required_literals(const RegexTree& tree) { return required(tree); }

}  // namespace tenon::index
