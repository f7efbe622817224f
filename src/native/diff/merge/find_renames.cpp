#include "native/diff/merge/renames.h"

#include "core/error.h"
#include "native/diff/rename_matcher.h"

namespace tenon::diff {
namespace {

struct File {
  const std::string& path;
  const Version& version;
  bool matters = true;  // of a deleted one: the other side changed or removed it
};

class SideRenames {
 public:
  SideRenames(const Trees& trees, const PathStates& states, Side side, const TreeMergeOptions& options)
      : trees_(trees), options_(options) {
    for (const auto& [path, state] : states) {
      const std::optional<Version>& base = state.at(Side::base);
      const std::optional<Version>& here = state.at(side);
      if (base && !here) {
        deleted_.push_back({.path = path, .version = *base, .matters = !same(base, state.at(other_of(side)))});
      }
      if (here && !base) added_.push_back({.path = path, .version = *here});
    }
  }

  Renames find() {
    if (deleted_.empty() || added_.empty()) return {};
    number_contents();
    const RenameCandidates candidates{.sources = candidates_of(deleted_),
                                      .targets = candidates_of(added_),
                                      .source_fingerprint = [this](std::size_t i) { return fingerprint(deleted_[i]); },
                                      .target_fingerprint = [this](std::size_t i) { return fingerprint(added_[i]); }};
    const RenameRules rules{.least_similarity = options_.least_similarity,
                            .most_pairs = std::uint64_t{options_.rename_limit} * options_.rename_limit,
                            .threads = options_.threads};
    Renames renames;
    for (const RenameMatch& match : match_renames(candidates, rules)) {
      renames.emplace(deleted_[match.source].path, added_[match.target].path);
    }
    return renames;
  }

 private:
  using ContentName = std::pair<fsops::ContentKey, bool>;  // whether it is a link

  static ContentName content_of(const File& file) { return {file.version.content.key, file.version.is_link()}; }

  // What cannot be read now is not followed; whoever needs its bytes later says why they cannot be read.
  std::optional<Fingerprint> fingerprint(const File& file) const {
    if (file.version.is_link()) return std::nullopt;
    try {
      return Fingerprint(bytes_of(trees_, file.version.content));
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  // Of what is on both sides. Empty files are all equal, which says nothing.
  void number_contents() {
    std::map<ContentName, const File*> added;
    for (const File& file : added_) added.emplace(content_of(file), &file);
    for (const File& file : deleted_) {
      const auto equal = added.find(content_of(file));
      if (equal == added.end() || bytes_of(trees_, equal->second->version.content).empty()) continue;
      numbers_.emplace(equal->first, numbers_.size());
      added.erase(equal);
    }
  }

  std::vector<RenameCandidate> candidates_of(const std::vector<File>& files) const {
    std::vector<RenameCandidate> candidates;
    candidates.reserve(files.size());
    for (const File& file : files) {
      candidates.push_back({.path = file.path, .matters = file.matters});
      const auto number = numbers_.find(content_of(file));
      if (number != numbers_.end()) candidates.back().content = number->second;
    }
    return candidates;
  }

  const Trees& trees_;
  const TreeMergeOptions& options_;
  std::vector<File> deleted_;
  std::vector<File> added_;
  std::map<ContentName, std::uint64_t> numbers_;
};

}  // namespace

Renames renames_of(const Trees& trees, const PathStates& states, Side side, const TreeMergeOptions& options) {
  return SideRenames(trees, states, side, options).find();
}

}  // namespace tenon::diff
