#include "native/diff/merge/renames.h"

#include <algorithm>
#include <tuple>

#include "core/error.h"
#include "native/diff/parallel.h"
#include "native/diff/similarity.h"

namespace tenon::diff {
namespace {

// The best few for each new file are kept, as git does: one of them may go to a better pair.
constexpr std::size_t kKeptForEach = 4;

struct Candidate {
  const std::string* path = nullptr;
  const Version* version = nullptr;
  bool matters = true;  // of a deleted file: the other side changed or removed it
  bool taken = false;
  std::optional<Fingerprint> fingerprint;

  std::string_view name() const { return std::string_view(*path).substr(path->rfind('/') + 1); }
};

struct Pair {
  std::uint32_t similarity = 0;
  bool same_name = false;
  std::size_t deleted = 0;
  std::size_t added = 0;
};

bool better(const Pair& one, const Pair& other) {
  return std::tuple(other.similarity, other.same_name, one.added, one.deleted) <
         std::tuple(one.similarity, one.same_name, other.added, other.deleted);
}

class SideRenames {
 public:
  SideRenames(const Trees& trees, const PathStates& states, Side side, const TreeMergeOptions& options)
      : trees_(trees), options_(options) {
    for (const auto& [path, state] : states) {
      const std::optional<Version>& base = state.at(Side::base);
      const std::optional<Version>& here = state.at(side);
      if (base && !here) {
        const bool matters = !same(base, state.at(other_of(side)));
        deleted_.push_back({.path = &path, .version = &*base, .matters = matters});
      }
      if (here && !base) added_.push_back({.path = &path, .version = &*here});
    }
  }

  Renames find() {
    if (deleted_.empty() || added_.empty()) return {};
    take_equal_ones();
    take_same_names();
    take_most_similar();
    return std::move(found_);
  }

 private:
  std::uint32_t least() const { return options_.least_similarity * (kSame / 100); }

  bool is_empty(const Candidate& candidate) const { return bytes_of(trees_, candidate.version->content).empty(); }

  // What cannot be read now is not followed; whoever needs its bytes later says why they cannot be read.
  void measure(Candidate& candidate) const {
    if (candidate.fingerprint || candidate.version->is_link()) return;
    try {
      candidate.fingerprint.emplace(bytes_of(trees_, candidate.version->content));
    } catch (const Error&) {
      return;
    }
  }

  static std::uint32_t compare(const Candidate& deleted, const Candidate& added) {
    if (!deleted.fingerprint || !added.fingerprint) return 0;
    return similarity(*deleted.fingerprint, *added.fingerprint);
  }

  void take(Candidate& deleted, Candidate& added) {
    found_.emplace(*deleted.path, *added.path);
    deleted.taken = true;
    added.taken = true;
  }

  // Empty files are all equal, which says nothing.
  void take_equal_ones() {
    std::map<std::pair<fsops::ContentKey, bool>, std::vector<Candidate*>> by_content;
    const auto key_of = [](const Candidate& candidate) {
      return std::pair(candidate.version->content.key, candidate.version->is_link());
    };
    for (Candidate& deleted : deleted_) by_content[key_of(deleted)].push_back(&deleted);
    for (Candidate& added : added_) {
      const auto equal = by_content.find(key_of(added));
      if (equal == by_content.end() || equal->second.empty() || is_empty(added)) continue;
      std::vector<Candidate*>& sources = equal->second;
      const auto named =
          std::ranges::find(sources, added.name(), [](const Candidate* source) { return source->name(); });
      const auto best = named == sources.end() ? sources.begin() : named;
      take(**best, added);
      sources.erase(best);
    }
  }

  // A name that is once among the deleted and once among the added files says much: half of what is missing to
  // equality may be missing.
  void take_same_names() {
    struct Named {
      std::vector<std::size_t> deleted;
      std::vector<std::size_t> added;
    };
    std::map<std::string_view, Named> by_name;
    for (const std::size_t i : untaken(deleted_)) by_name[deleted_[i].name()].deleted.push_back(i);
    for (const std::size_t i : untaken(added_)) by_name[added_[i].name()].added.push_back(i);
    std::vector<Pair> pairs;
    for (const auto& [name, named] : by_name) {
      if (named.deleted.size() != 1 || named.added.size() != 1 || !deleted_[named.deleted[0]].matters) continue;
      pairs.push_back({.same_name = true, .deleted = named.deleted[0], .added = named.added[0]});
    }
    for_each_index(pairs.size(), options_.threads, [&](std::size_t i) {
      measure(deleted_[pairs[i].deleted]);
      measure(added_[pairs[i].added]);
      pairs[i].similarity = compare(deleted_[pairs[i].deleted], added_[pairs[i].added]);
    });
    for (const Pair& pair : pairs) {
      if (pair.similarity >= least() + (kSame - least()) / 2) take(deleted_[pair.deleted], added_[pair.added]);
    }
  }

  void take_most_similar() {
    std::vector<std::size_t> sources = untaken(deleted_);
    std::erase_if(sources, [&](std::size_t i) { return !deleted_[i].matters; });
    const std::vector<std::size_t> targets = untaken(added_);
    const std::uint64_t most_pairs = std::uint64_t{options_.rename_limit} * options_.rename_limit;
    if (sources.empty() || targets.empty() || sources.size() > most_pairs / targets.size()) return;
    for_each_index(sources.size(), options_.threads, [&](std::size_t i) { measure(deleted_[sources[i]]); });
    for_each_index(targets.size(), options_.threads, [&](std::size_t i) { measure(added_[targets[i]]); });
    std::vector<std::vector<Pair>> best(targets.size());
    for_each_index(targets.size(), options_.threads, [&](std::size_t i) { best[i] = best_of(targets[i], sources); });
    std::vector<Pair> pairs;
    for (const std::vector<Pair>& of_one : best) pairs.insert(pairs.end(), of_one.begin(), of_one.end());
    std::ranges::sort(pairs, better);
    for (const Pair& pair : pairs) {
      Candidate& deleted = deleted_[pair.deleted];
      Candidate& added = added_[pair.added];
      if (!deleted.taken && !added.taken) take(deleted, added);
    }
  }

  std::vector<Pair> best_of(std::size_t target, const std::vector<std::size_t>& sources) const {
    const Candidate& added = added_[target];
    std::vector<Pair> best;
    if (!added.fingerprint) return best;
    for (const std::size_t source : sources) {
      const Candidate& deleted = deleted_[source];
      if (!deleted.fingerprint) continue;
      if (highest_similarity(deleted.fingerprint->size(), added.fingerprint->size()) < least()) continue;
      const Pair pair{.similarity = compare(deleted, added),
                      .same_name = deleted.name() == added.name(),
                      .deleted = source,
                      .added = target};
      if (pair.similarity < least() || pair.similarity == 0) continue;
      best.insert(std::ranges::upper_bound(best, pair, better), pair);
      if (best.size() > kKeptForEach) best.pop_back();
    }
    return best;
  }

  static std::vector<std::size_t> untaken(const std::vector<Candidate>& side) {
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < side.size(); ++i) {
      if (!side[i].taken) indices.push_back(i);
    }
    return indices;
  }

  const Trees& trees_;
  const TreeMergeOptions& options_;
  std::vector<Candidate> deleted_;
  std::vector<Candidate> added_;
  Renames found_;
};

}  // namespace

Renames renames_of(const Trees& trees, const PathStates& states, Side side, const TreeMergeOptions& options) {
  return SideRenames(trees, states, side, options).find();
}

}  // namespace tenon::diff
