#include "native/index/map/map_rendering.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

namespace tenon::index {
namespace {

constexpr double kOver = 1.15;   // of the budget, at most
constexpr double kUnder = 0.85;  // near enough

void append_file(const FileFacts& file, const std::set<std::uint32_t>& definitions, std::string& text) {
  text += file.source.path;
  text += '\n';
  for (const std::uint32_t definition : definitions) {
    std::size_t depth = 0;
    for (std::uint32_t at = file.definitions[definition].parent; at != kNoParent; at = file.definitions[at].parent) {
      if (file.definitions[at].kind != SymbolKind::module) ++depth;
    }
    fmt::format_to(std::back_inserter(text), "{:>5}  {:{}}{}\n", file.definitions[definition].line, "", 2 * depth,
                   file.line_of(definition));
  }
}

}  // namespace

std::string map_text(const MapFacts& facts, std::span<const ChosenDefinition> chosen) {
  std::vector<std::uint32_t> order;
  std::unordered_map<std::uint32_t, std::set<std::uint32_t>> by_file;
  for (const ChosenDefinition& each : chosen) {
    auto [place, added] = by_file.try_emplace(each.file);
    if (added) order.push_back(each.file);
    const FileFacts& file = facts.files[each.file];
    for (std::uint32_t at = each.definition; at != kNoParent; at = file.definitions[at].parent) {
      if (file.definitions[at].kind != SymbolKind::module) place->second.insert(at);
    }
  }
  std::string text;
  for (const std::uint32_t file : order) append_file(facts.files[file], by_file[file], text);
  return text;
}

std::uint32_t tokens_of(std::size_t bytes, double bytes_per_token) {
  return static_cast<std::uint32_t>(std::ceil(static_cast<double>(bytes) / bytes_per_token));
}

std::size_t count_within(const MapFacts& facts, std::span<const ChosenDefinition> chosen, std::uint32_t budget,
                         double bytes_per_token) {
  const auto tokens = [&](std::size_t count) {
    return static_cast<double>(tokens_of(map_text(facts, chosen.first(count)).size(), bytes_per_token));
  };
  // The text grows with each definition, but not evenly: one may bring the line of a file and of a class along.
  std::size_t low = 0;
  std::size_t high = chosen.size();
  while (low < high) {
    const std::size_t middle = low + (high - low + 1) / 2;
    const double used = tokens(middle);
    if (used <= budget && used >= kUnder * budget) return middle;
    if (used <= budget) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  if (low < chosen.size() && tokens(low) < kUnder * budget && tokens(low + 1) <= kOver * budget) return low + 1;
  return low;
}

}  // namespace tenon::index
