// A file and a patch in one input, two seed bytes apart: nothing that a patch says brings the parser or the applier
// down; what fails changes nothing; and what is applied is taken back by the reverse where that is certain.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "native/diff/patch/applier.h"
#include "native/diff/patch/memory_tree.h"
#include "native/diff/patch/parser.h"
#include "native/diff/patch/statistics.h"

namespace {

using namespace tenon::diff::patch;
using tenon::diff::FileChange;
using tenon::diff::FileContent;

constexpr std::string_view kBetween = "\n\xFF\xFE\n";  // between the file and the patch
constexpr const char* kName = "f";

void require(bool holds) {
  if (!holds) std::abort();
}

std::array<ApplyOptions, 4> all_options() {
  return {ApplyOptions{}, ApplyOptions{.policy = MatchPolicy::nearest, .line_ends = LineEnds::exact},
          ApplyOptions{.policy = MatchPolicy::nearest,
                       .least_context = 1,
                       .failures = Failures::leave_rejects,
                       .whitespace = WhitespaceAction::fix},
          ApplyOptions{.zero_context = ZeroContext::accepted, .whitespace_match = WhitespaceMatch::ignore_amount}};
}

void check(const Application& application, const MemoryTree& tree, const ApplyOptions& options) {
  if (!application.complete() && options.failures == Failures::refuse_all) require(application.changes.empty());
  for (const FileChange& change : application.changes.changes) {
    require(change.before != change.after);
    require(*tree.read(change.path) == change.before);
    require(!tree.fault_of(change.path));
  }
}

// Git's rules for places are the same in both directions; where a hunk moved, the way back may find another place.
bool went_where_it_says(const Application& application) {
  for (const FileReport& file : application.files) {
    for (const HunkReport& hunk : file.hunks) {
      if (!hunk.applied || hunk.offset != 0 || hunk.context_left != 0) return false;
    }
  }
  return true;
}

void check_reverse(const Patch& patch, const Application& application, const MemoryTree& tree) {
  const bool simple = patch.files.size() == 1 && application.changes.changes.size() == 1 &&
                      application.changes.changes[0].path == kName && application.changes.changes[0].after;
  if (!simple || !application.complete() || !went_where_it_says(application)) return;
  MemoryTree changed = tree;
  changed.write(application.changes);
  const Application back =
      apply_patch(reversed(patch), changed, {.policy = MatchPolicy::nearest, .line_ends = LineEnds::exact});
  if (!back.complete() || !went_where_it_says(back)) return;
  changed.write(back.changes);
  // A header may name only the new mode: nothing says then what it was.
  require(changed.files().at(kName).bytes == tree.files().at(kName).bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t between = std::min(input.find(kBetween), input.size());
  const std::string file(input.substr(0, between));
  const std::string text(input.substr(std::min(between + kBetween.size(), input.size())));
  const MemoryTree tree({{kName, FileContent{.bytes = file}}, {"dir/other", FileContent{.bytes = "other\n"}}});
  constexpr std::uint64_t kSmall = 1U << 20U;
  for (const Counts counts : {Counts::trusted, Counts::ignored, Counts::repaired}) {
    const auto patch = parse_patch(text, {.counts = counts, .emptiness = Emptiness::allowed, .largest_binary = kSmall});
    if (!patch) continue;
    stat_text(*patch);
    numstat_text(*patch);
    summary_text(*patch);
    for (const ApplyOptions& options : all_options()) {
      const Application application = apply_patch(*patch, tree, options);
      check(application, tree, options);
      if (counts == Counts::trusted && options.line_ends == LineEnds::exact) check_reverse(*patch, application, tree);
      check(apply_patch(reversed(*patch), tree, options), tree, options);
    }
  }
  return 0;
}
