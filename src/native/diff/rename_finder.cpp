#include "native/diff/rename_finder.h"

#include <xxhash.h>

#include <map>
#include <unordered_map>

#include "native/diff/parallel.h"
#include "native/diff/similarity.h"

namespace tenon::diff {
namespace {

// The best few for each added file are kept, as in git: one of them may be taken by a better pair.
constexpr std::size_t kKeptForEach = 4;

struct Candidate {
  const TreeFile* file = nullptr;
  bool original = false;  // of the side before
  bool still_there = false;
  bool taken = false;
  std::optional<XXH128_hash_t> hash;
  std::optional<Fingerprint> fingerprint;

  std::string_view name() const { return std::string_view(file->path).substr(file->path.rfind('/') + 1); }
  bool link() const { return file->type == FileType::link; }
};

struct Pair {
  std::uint32_t similarity = 0;
  bool same_name = false;
  std::size_t before = 0;
  std::size_t after = 0;
};

bool better(const Pair& one, const Pair& other) {
  return std::tuple(other.similarity, other.same_name, one.after, one.before) <
         std::tuple(one.similarity, one.same_name, other.after, other.before);
}

class RenameFinder {
 public:
  RenameFinder(const RenameCandidates& candidates, const TreeDiffOptions& options)
      : trees_(candidates), options_(options), copies_(options.detection == RenameDetection::renames_and_copies) {
    for (const TreeFile* file : candidates.deleted) add(before_, {.file = file, .original = true});
    if (copies_) {
      for (const TreeFile* file : candidates.changed) {
        add(before_, {.file = file, .original = true, .still_there = true});
      }
    }
    for (const TreeFile* file : candidates.added) add(after_, {.file = file});
  }

  std::vector<Rename> find() {
    if (before_.empty() || after_.empty()) return {};
    take_equal_ones();
    if (options_.least_similarity < 100) {
      take_same_names();
      take_most_similar();
    }
    return std::move(found_);
  }

 private:
  static void add(std::vector<Candidate>& side, Candidate candidate) {
    if (candidate.file->size > 0) side.push_back(std::move(candidate));
  }

  std::uint32_t least() const { return options_.least_similarity * (kSame / 100); }

  std::expected<std::string, int> content(const Candidate& candidate) const {
    const DirectoryTree& tree = candidate.original ? trees_.before : trees_.after;
    return tree.read(*candidate.file, options_.largest_compared);
  }

  void hash(Candidate& candidate) const {
    const auto bytes = content(candidate);
    if (bytes) candidate.hash = XXH3_128bits(bytes->data(), bytes->size());
  }

  void measure(Candidate& candidate) const {
    if (candidate.taken || candidate.link() || candidate.fingerprint) return;
    const auto bytes = content(candidate);
    if (bytes) candidate.fingerprint.emplace(*bytes);
  }

  void take(Candidate& before, Candidate& after, std::uint32_t similarity) {
    const bool copied = before.taken || before.still_there;
    found_.push_back({.before = before.file, .after = after.file, .similarity = similarity, .copied = copied});
    before.taken = true;
    after.taken = true;
  }

  // Only sizes that both sides have are worth reading.
  void take_equal_ones() {
    std::unordered_map<std::uint64_t, std::vector<std::size_t>> by_size;
    for (std::size_t i = 0; i < before_.size(); ++i) by_size[before_[i].file->size].push_back(i);
    std::vector<Candidate*> to_hash;
    for (Candidate& after : after_) {
      const auto same_size = by_size.find(after.file->size);
      if (same_size == by_size.end()) continue;
      to_hash.push_back(&after);
      for (const std::size_t i : same_size->second) to_hash.push_back(&before_[i]);
    }
    std::ranges::sort(to_hash);
    to_hash.erase(std::unique(to_hash.begin(), to_hash.end()), to_hash.end());
    for_each_index(to_hash.size(), options_.threads, [&](std::size_t i) { hash(*to_hash[i]); });
    for (Candidate& after : after_) {
      const auto same_size = by_size.find(after.file->size);
      if (same_size == by_size.end() || !after.hash) continue;
      if (Candidate* before = best_equal(same_size->second, after)) take(*before, after, 100);
    }
  }

  // An untaken one first, then one of the same name.
  Candidate* best_equal(const std::vector<std::size_t>& same_size, const Candidate& after) {
    Candidate* best = nullptr;
    const auto rank = [&](const Candidate& before) {
      return std::pair(!before.taken && !before.still_there, before.name() == after.name());
    };
    for (const std::size_t i : same_size) {
      Candidate& before = before_[i];
      const bool equal = before.hash && XXH128_isEqual(*before.hash, *after.hash) != 0 && before.link() == after.link();
      if (!equal || (before.taken && !copies_)) continue;
      if (best == nullptr || rank(*best) < rank(before)) best = &before;
    }
    return best;
  }

  // A name that is once among the deleted and once among the added files says much; half of what is missing to
  // equality must still be there.
  void take_same_names() {
    std::map<std::string_view, std::pair<std::vector<std::size_t>, std::vector<std::size_t>>> by_name;
    for (std::size_t i = 0; i < before_.size(); ++i) {
      if (!before_[i].taken && !before_[i].still_there) by_name[before_[i].name()].first.push_back(i);
    }
    for (std::size_t i = 0; i < after_.size(); ++i) {
      if (!after_[i].taken) by_name[after_[i].name()].second.push_back(i);
    }
    std::vector<Pair> pairs;
    for (const auto& [name, sides] : by_name) {
      if (sides.first.size() != 1 || sides.second.size() != 1) continue;
      pairs.push_back({.same_name = true, .before = sides.first.front(), .after = sides.second.front()});
    }
    const std::uint32_t enough = least() + (kSame - least()) / 2;
    for_each_index(pairs.size(), options_.threads, [&](std::size_t i) {
      measure(before_[pairs[i].before]);
      measure(after_[pairs[i].after]);
      pairs[i].similarity = compare(before_[pairs[i].before], after_[pairs[i].after]);
    });
    for (const Pair& pair : pairs) {
      if (pair.similarity >= enough) take(before_[pair.before], after_[pair.after], percent_of(pair.similarity));
    }
  }

  static std::uint32_t compare(const Candidate& before, const Candidate& after) {
    if (!before.fingerprint || !after.fingerprint) return 0;
    return similarity(*before.fingerprint, *after.fingerprint);
  }

  void take_most_similar() {
    std::vector<std::size_t> sources;
    std::vector<std::size_t> targets;
    for (std::size_t i = 0; i < before_.size(); ++i) {
      if (copies_ || !before_[i].taken) sources.push_back(i);
    }
    for (std::size_t i = 0; i < after_.size(); ++i) {
      if (!after_[i].taken) targets.push_back(i);
    }
    if (sources.empty() || targets.empty() || sources.size() > options_.most_pairs / targets.size()) return;
    for_each_index(sources.size(), options_.threads, [&](std::size_t i) { measure_source(before_[sources[i]]); });
    for_each_index(targets.size(), options_.threads, [&](std::size_t i) { measure(after_[targets[i]]); });
    std::vector<std::vector<Pair>> best(targets.size());
    for_each_index(targets.size(), options_.threads, [&](std::size_t i) { best[i] = best_of(targets[i], sources); });
    std::vector<Pair> pairs;
    for (const std::vector<Pair>& of_one : best) pairs.insert(pairs.end(), of_one.begin(), of_one.end());
    std::ranges::sort(pairs, better);
    take_pairs(pairs, Reuse::no);
    if (copies_) take_pairs(pairs, Reuse::yes);
  }

  enum class Reuse { no, yes };

  void take_pairs(const std::vector<Pair>& pairs, Reuse reuse) {
    for (const Pair& pair : pairs) {
      Candidate& before = before_[pair.before];
      Candidate& after = after_[pair.after];
      if (after.taken || ((before.taken || before.still_there) && reuse == Reuse::no)) continue;
      take(before, after, percent_of(pair.similarity));
    }
  }

  // A file that was renamed already can still be copied.
  void measure_source(Candidate& candidate) const {
    if (candidate.link() || candidate.fingerprint) return;
    const auto bytes = content(candidate);
    if (bytes) candidate.fingerprint.emplace(*bytes);
  }

  std::vector<Pair> best_of(std::size_t target, const std::vector<std::size_t>& sources) const {
    const Candidate& after = after_[target];
    std::vector<Pair> best;
    for (const std::size_t source : sources) {
      const Candidate& before = before_[source];
      if (highest_similarity(before.file->size, after.file->size) < least()) continue;
      const Pair pair{.similarity = compare(before, after),
                      .same_name = before.name() == after.name(),
                      .before = source,
                      .after = target};
      if (pair.similarity < least() || pair.similarity == 0) continue;
      best.insert(std::ranges::upper_bound(best, pair, better), pair);
      if (best.size() > kKeptForEach) best.pop_back();
    }
    return best;
  }

  const RenameCandidates& trees_;
  const TreeDiffOptions& options_;
  bool copies_;
  std::vector<Candidate> before_;
  std::vector<Candidate> after_;
  std::vector<Rename> found_;
};

}  // namespace

std::vector<Rename> find_renames(const RenameCandidates& candidates, const TreeDiffOptions& options) {
  if (options.detection == RenameDetection::none) return {};
  return RenameFinder(candidates, options).find();
}

}  // namespace tenon::diff
