#include "native/index/trigram/trigram_query.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace tenon::index {
namespace {

using Operation = TrigramQuery::Operation;
using Trigrams = std::vector<Trigram>;

Trigrams merged(const Trigrams& left, const Trigrams& right) {
  Trigrams result;
  std::ranges::set_union(left, right, std::back_inserter(result));
  return result;
}

bool is_atom(const TrigramQuery& query) { return query.trigrams.size() == 1 && query.parts.empty(); }

bool includes(const Trigrams& many, const Trigrams& few) { return std::ranges::includes(many, few); }

// Whether a document with all of `present` is sure to satisfy the query.
bool suffices(const Trigrams& present, const TrigramQuery& query) {
  const auto part = [&](const TrigramQuery& below) { return suffices(present, below); };
  switch (query.operation) {
    case Operation::all:
      return true;
    case Operation::none:
      return false;
    case Operation::conjunction:
      return includes(present, query.trigrams) && std::ranges::all_of(query.parts, part);
    case Operation::disjunction:
      return std::ranges::find_first_of(present, query.trigrams) != present.end() ||
             std::ranges::any_of(query.parts, part);
  }
  return false;
}

TrigramQuery unwrapped(TrigramQuery query) {
  if (!query.trigrams.empty() || query.parts.size() != 1) return query;
  TrigramQuery only = std::move(query.parts.front());
  return only;
}

TrigramQuery joined(TrigramQuery left, TrigramQuery right, Operation operation);

// What both sides of "a disjunction of conjunctions", or the other way round, have in common is said once, outside.
TrigramQuery factored(TrigramQuery left, TrigramQuery right, Operation operation) {
  Trigrams common;
  std::ranges::set_intersection(left.trigrams, right.trigrams, std::back_inserter(common));
  if (common.empty()) return {.operation = operation, .parts = {std::move(left), std::move(right)}};
  const auto without_common = [&](Trigrams& trigrams) {
    std::erase_if(trigrams, [&](Trigram trigram) { return std::ranges::binary_search(common, trigram); });
  };
  without_common(left.trigrams);
  without_common(right.trigrams);
  const Operation outer = operation == Operation::conjunction ? Operation::disjunction : Operation::conjunction;
  return joined({.operation = outer, .trigrams = std::move(common)},
                joined(std::move(left), std::move(right), operation), outer);
}

TrigramQuery joined(TrigramQuery left, TrigramQuery right, Operation operation) {
  left = unwrapped(std::move(left));
  right = unwrapped(std::move(right));
  const bool narrower = operation == Operation::conjunction;
  if (implies(left, right)) return narrower ? left : right;
  if (implies(right, left)) return narrower ? right : left;

  // A single trigram is both a conjunction and a disjunction.
  const bool left_fits = left.operation == operation || is_atom(left);
  const bool right_fits = right.operation == operation || is_atom(right);
  if (left_fits && right_fits) {
    left.operation = operation;
    left.trigrams = merged(left.trigrams, right.trigrams);
    std::ranges::move(right.parts, std::back_inserter(left.parts));
    return left;
  }
  if (left.operation == operation) {
    left.parts.push_back(std::move(right));
    return left;
  }
  if (right.operation == operation) {
    right.parts.push_back(std::move(left));
    return right;
  }
  return factored(std::move(left), std::move(right), operation);
}

std::string quoted(Trigram trigram) {
  std::string text = "\"";
  for (const int shift : {16, 8, 0}) {
    const auto byte = static_cast<unsigned char>(trigram >> shift);
    if (byte == '"' || byte == '\\') {
      text += '\\';
      text += static_cast<char>(byte);
    } else if (byte >= 0x20 && byte < 0x7f) {
      text += static_cast<char>(byte);
    } else {
      text += fmt::format("\\x{:02x}", byte);
    }
  }
  return text + '"';
}

std::string list(const Trigrams& trigrams, std::string_view separator) {
  std::string text;
  for (const Trigram trigram : trigrams) {
    if (!text.empty()) text += separator;
    text += quoted(trigram);
  }
  return text;
}

}  // namespace

TrigramQuery operator&(TrigramQuery left, TrigramQuery right) {
  return joined(std::move(left), std::move(right), Operation::conjunction);
}

TrigramQuery operator|(TrigramQuery left, TrigramQuery right) {
  return joined(std::move(left), std::move(right), Operation::disjunction);
}

TrigramQuery query_of(std::string_view text) {
  TrigramQuery query{.operation = Operation::conjunction};
  for (std::size_t i = 0; i + 3 <= text.size(); ++i) query.trigrams.push_back(trigram_of(text.substr(i, 3)));
  if (query.trigrams.empty()) return {};
  std::ranges::sort(query.trigrams);
  const auto repeated = std::ranges::unique(query.trigrams);
  query.trigrams.erase(repeated.begin(), repeated.end());
  return query;
}

bool implies(const TrigramQuery& left, const TrigramQuery& right) {
  if (left.operation == Operation::none || right.operation == Operation::all) return true;
  if (left.operation == Operation::all || right.operation == Operation::none) return false;
  if (left.operation == Operation::conjunction || is_atom(left)) return suffices(left.trigrams, right);
  return right.operation == Operation::disjunction && left.parts.empty() && includes(right.trigrams, left.trigrams);
}

bool satisfied(const TrigramQuery& query, const std::vector<Trigram>& trigrams) { return suffices(trigrams, query); }

std::string to_string(const TrigramQuery& query) {
  if (query.operation == Operation::all) return "+";
  if (query.operation == Operation::none) return "-";
  if (is_atom(query)) return quoted(query.trigrams.front());
  const bool either = query.operation == Operation::disjunction;
  const std::string_view between = either ? ")|(" : " ";
  std::string text = list(query.trigrams, either ? "|" : " ");
  for (const TrigramQuery& part : query.parts) {
    if (!text.empty()) text += between;
    text += to_string(part);
  }
  return either ? "(" + text + ")" : text;
}

}  // namespace tenon::index
