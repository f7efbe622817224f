#include "native/diff/rename_finder.h"

#include <xxhash.h>

#include <map>
#include <tuple>

#include "native/diff/parallel.h"
#include "native/diff/rename_matcher.h"

namespace tenon::diff {
namespace {

struct File {
  const DirectoryTree& tree;
  const TreeFile& file;
  bool still_there = false;
  std::optional<XXH128_hash_t> hash = {};

  bool link() const { return file.type == FileType::link; }
};

class RenameFinder {
 public:
  RenameFinder(const ChangedFiles& files, const TreeDiffOptions& options) : options_(options) {
    const bool copies = options.detection == RenameDetection::renames_and_copies;
    for (const TreeFile* file : files.deleted) add(before_, {.tree = files.before, .file = *file});
    for (const TreeFile* file : files.changed) {
      if (copies) add(before_, {.tree = files.before, .file = *file, .still_there = true});
    }
    for (const TreeFile* file : files.added) add(after_, {.tree = files.after, .file = *file});
  }

  std::vector<Rename> find() {
    if (before_.empty() || after_.empty()) return {};
    hash_equal_sizes();
    const RenameCandidates candidates{.sources = candidates_of(before_),
                                      .targets = candidates_of(after_),
                                      .source_fingerprint = [this](std::size_t i) { return fingerprint(before_[i]); },
                                      .target_fingerprint = [this](std::size_t i) { return fingerprint(after_[i]); }};
    const RenameRules rules{.copies = options_.detection == RenameDetection::renames_and_copies,
                            .least_similarity = options_.least_similarity,
                            .most_pairs = options_.most_pairs,
                            .threads = options_.threads};
    std::vector<Rename> renames;
    for (const RenameMatch& match : match_renames(candidates, rules)) {
      renames.push_back({.before = &before_[match.source].file,
                         .after = &after_[match.target].file,
                         .similarity = match.similarity,
                         .copied = match.copied});
    }
    return renames;
  }

 private:
  static void add(std::vector<File>& side, File file) {
    if (file.file.size > 0) side.push_back(file);
  }

  std::expected<std::string, int> content(const File& file) const {
    return file.tree.read(file.file, options_.largest_compared);
  }

  std::optional<Fingerprint> fingerprint(const File& file) const {
    if (file.link()) return std::nullopt;
    const auto bytes = content(file);
    return bytes ? std::optional<Fingerprint>(*bytes) : std::nullopt;
  }

  // Only sizes that both sides have are worth reading.
  void hash_equal_sizes() {
    struct OfSize {
      std::vector<File*> before;
      std::vector<File*> after;
    };
    std::map<std::uint64_t, OfSize> by_size;
    for (File& file : before_) by_size[file.file.size].before.push_back(&file);
    for (File& file : after_) by_size[file.file.size].after.push_back(&file);
    std::vector<File*> to_hash;
    for (const auto& [size, files] : by_size) {
      if (files.before.empty() || files.after.empty()) continue;
      to_hash.insert(to_hash.end(), files.before.begin(), files.before.end());
      to_hash.insert(to_hash.end(), files.after.begin(), files.after.end());
    }
    for_each_index(to_hash.size(), options_.threads, [&](std::size_t i) {
      const auto bytes = content(*to_hash[i]);
      if (bytes) to_hash[i]->hash = XXH3_128bits(bytes->data(), bytes->size());
    });
  }

  std::vector<RenameCandidate> candidates_of(const std::vector<File>& files) {
    std::vector<RenameCandidate> candidates;
    candidates.reserve(files.size());
    for (const File& file : files) {
      candidates.push_back({.path = file.file.path, .still_there = file.still_there});
      if (!file.hash) continue;
      const std::tuple key(file.hash->high64, file.hash->low64, file.link());
      candidates.back().content = numbers_.emplace(key, numbers_.size()).first->second;
    }
    return candidates;
  }

  const TreeDiffOptions& options_;
  std::vector<File> before_;
  std::vector<File> after_;
  std::map<std::tuple<std::uint64_t, std::uint64_t, bool>, std::uint64_t> numbers_;  // of contents
};

}  // namespace

std::vector<Rename> find_renames(const ChangedFiles& files, const TreeDiffOptions& options) {
  if (options.detection == RenameDetection::none) return {};
  return RenameFinder(files, options).find();
}

}  // namespace tenon::diff
