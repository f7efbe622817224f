#include "native/diff/rename_matcher.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "native/diff/parallel.h"

namespace tenon::diff {
namespace {

// The best few for each target are kept, as in git: one of them may be taken by a better pair.
constexpr std::size_t kKeptForEach = 4;

struct Item {
  const RenameCandidate* file = nullptr;
  bool taken = false;
  bool measured = false;
  std::optional<Fingerprint> fingerprint = {};

  std::string_view name() const { return file->path.substr(file->path.rfind('/') + 1); }
  bool free() const { return !taken && !file->still_there; }
};

struct Pair {
  std::uint32_t similarity = 0;
  bool same_name = false;
  std::size_t source = 0;
  std::size_t target = 0;
};

bool better(const Pair& one, const Pair& other) {
  return std::tuple(other.similarity, other.same_name, one.target, one.source) <
         std::tuple(one.similarity, one.same_name, other.target, other.source);
}

std::vector<Item> items_of(const std::vector<RenameCandidate>& files) {
  std::vector<Item> items;
  items.reserve(files.size());
  for (const RenameCandidate& file : files) items.push_back({.file = &file});
  return items;
}

class RenameMatcher {
 public:
  RenameMatcher(const RenameCandidates& candidates, const RenameRules& rules)
      : candidates_(candidates),
        rules_(rules),
        sources_(items_of(candidates.sources)),
        targets_(items_of(candidates.targets)) {}

  std::vector<RenameMatch> match() {
    if (sources_.empty() || targets_.empty()) return {};
    take_equal_ones();
    if (rules_.least_similarity < 100) {
      take_same_names();
      take_most_similar();
    }
    return std::move(found_);
  }

 private:
  std::uint32_t least() const { return rules_.least_similarity * (kSame / 100); }

  void take(std::size_t source, std::size_t target, std::uint32_t percent) {
    found_.push_back({.source = source, .target = target, .similarity = percent, .copied = !sources_[source].free()});
    sources_[source].taken = true;
    targets_[target].taken = true;
  }

  using Measure = std::function<std::optional<Fingerprint>(std::size_t)>;

  static void measure(std::vector<Item>& items, std::size_t index, const Measure& fingerprint_of) {
    if (std::exchange(items[index].measured, true)) return;
    items[index].fingerprint = fingerprint_of(index);
  }

  void measure_source(std::size_t source) { measure(sources_, source, candidates_.source_fingerprint); }
  void measure_target(std::size_t target) { measure(targets_, target, candidates_.target_fingerprint); }

  std::uint32_t compare(std::size_t source, std::size_t target) const {
    const std::optional<Fingerprint>& one = sources_[source].fingerprint;
    const std::optional<Fingerprint>& other = targets_[target].fingerprint;
    if (!one || !other || highest_similarity(one->size(), other->size()) < least()) return 0;
    return similarity(*one, *other);
  }

  void take_equal_ones() {
    std::unordered_map<std::uint64_t, std::vector<std::size_t>> by_content;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (sources_[i].file->content) by_content[*sources_[i].file->content].push_back(i);
    }
    for (std::size_t target = 0; target < targets_.size(); ++target) {
      const std::optional<std::uint64_t>& content = targets_[target].file->content;
      const auto equal = content ? by_content.find(*content) : by_content.end();
      if (equal == by_content.end() || equal->second.empty()) continue;
      const auto best = best_equal(equal->second, targets_[target].name());
      take(*best, target, 100);
      if (!rules_.copies) equal->second.erase(best);
    }
  }

  // One that is free first, then one of the same name.
  std::vector<std::size_t>::iterator best_equal(std::vector<std::size_t>& equal, std::string_view name) const {
    const auto rank = [&](std::size_t source) {
      return std::pair(sources_[source].free(), sources_[source].name() == name);
    };
    return std::ranges::max_element(equal, {}, rank);
  }

  // A name that is once among the sources and once among the targets says much: half of what is missing to equality may
  // be missing.
  void take_same_names() {
    struct Named {
      std::vector<std::size_t> sources;
      std::vector<std::size_t> targets;
    };
    std::map<std::string_view, Named> by_name;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (sources_[i].free()) by_name[sources_[i].name()].sources.push_back(i);
    }
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      if (!targets_[i].taken) by_name[targets_[i].name()].targets.push_back(i);
    }
    std::vector<Pair> pairs;
    for (const auto& [name, named] : by_name) {
      const bool once = named.sources.size() == 1 && named.targets.size() == 1;
      if (!once || !sources_[named.sources.front()].file->matters) continue;
      pairs.push_back({.same_name = true, .source = named.sources.front(), .target = named.targets.front()});
    }
    for_each_index(pairs.size(), rules_.threads, [&](std::size_t i) {
      measure_source(pairs[i].source);
      measure_target(pairs[i].target);
      pairs[i].similarity = compare(pairs[i].source, pairs[i].target);
    });
    const std::uint32_t enough = least() + (kSame - least()) / 2;
    for (const Pair& pair : pairs) {
      if (pair.similarity >= enough) take(pair.source, pair.target, percent_of(pair.similarity));
    }
  }

  void take_most_similar() {
    std::vector<std::size_t> sources;
    std::vector<std::size_t> targets;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (sources_[i].file->matters && (rules_.copies || !sources_[i].taken)) sources.push_back(i);
    }
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      if (!targets_[i].taken) targets.push_back(i);
    }
    if (sources.empty() || targets.empty() || sources.size() > rules_.most_pairs / targets.size()) return;
    for_each_index(sources.size(), rules_.threads, [&](std::size_t i) { measure_source(sources[i]); });
    for_each_index(targets.size(), rules_.threads, [&](std::size_t i) { measure_target(targets[i]); });
    std::vector<std::vector<Pair>> best(targets.size());
    for_each_index(targets.size(), rules_.threads, [&](std::size_t i) { best[i] = best_of(targets[i], sources); });
    std::vector<Pair> pairs;
    for (const std::vector<Pair>& of_one : best) pairs.insert(pairs.end(), of_one.begin(), of_one.end());
    std::ranges::sort(pairs, better);
    take_pairs(pairs, Reuse::no);
    if (rules_.copies) take_pairs(pairs, Reuse::yes);
  }

  enum class Reuse { no, yes };

  void take_pairs(const std::vector<Pair>& pairs, Reuse reuse) {
    for (const Pair& pair : pairs) {
      if (targets_[pair.target].taken || (reuse == Reuse::no && !sources_[pair.source].free())) continue;
      take(pair.source, pair.target, percent_of(pair.similarity));
    }
  }

  std::vector<Pair> best_of(std::size_t target, const std::vector<std::size_t>& sources) const {
    std::vector<Pair> best;
    for (const std::size_t source : sources) {
      const Pair pair{.similarity = compare(source, target),
                      .same_name = sources_[source].name() == targets_[target].name(),
                      .source = source,
                      .target = target};
      if (pair.similarity < least() || pair.similarity == 0) continue;
      best.insert(std::ranges::upper_bound(best, pair, better), pair);
      if (best.size() > kKeptForEach) best.pop_back();
    }
    return best;
  }

  const RenameCandidates& candidates_;
  const RenameRules& rules_;
  std::vector<Item> sources_;
  std::vector<Item> targets_;
  std::vector<RenameMatch> found_;
};

}  // namespace

std::vector<RenameMatch> match_renames(const RenameCandidates& candidates, const RenameRules& rules) {
  return RenameMatcher(candidates, rules).match();
}

}  // namespace tenon::diff
