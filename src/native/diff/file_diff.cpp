#include "native/diff/file_diff.h"

#include "native/fsops/content_type.h"

namespace tenon::diff {
namespace {

bool is_binary(const FileContents& contents, BinaryFiles treatment) {
  if (contents.reading == Reading::only_size) return true;
  if (treatment == BinaryFiles::as_text) return false;
  return fsops::looks_binary(contents.before) || fsops::looks_binary(contents.after);
}

LineCounts count_hunks(const std::vector<Hunk>& hunks, const Changes& changes) {
  LineCounts counts;
  for (const Hunk& hunk : hunks) {
    for (std::size_t i = hunk.first_change; i < hunk.last_change; ++i) {
      counts.removed += changes[i].before.size();
      counts.added += changes[i].after.size();
    }
  }
  return counts;
}

}  // namespace

FileDiff::FileDiff(FileContents contents, const FileDiffOptions& options)
    : contents_(std::move(contents)), options_(options), binary_(is_binary(contents_, options.binary)) {
  if (binary_) return;
  before_ = Lines(contents_.before);
  after_ = Lines(contents_.after);
  changes_ = diff_lines(before_, after_, options_.lines);
}

std::vector<Hunk> FileDiff::hunks(std::string_view path) const {
  if (changes_.empty()) return {};
  return group_hunks(before_, after_, changes_, FunctionLines::of_file(path), options_.hunks);
}

LineCounts FileDiff::counts() const {
  if (options_.hunks.blank_changes == BlankChanges::shown) return count_lines(changes_);
  return count_hunks(group_hunks(before_, after_, changes_, FunctionLines(), options_.hunks), changes_);
}

}  // namespace tenon::diff
