#include "native/diff/merge/merge_engine.h"

#include <git2.h>

#include "core/error.h"
#include "native/diff/object_library.h"

namespace tenon::diff {
namespace {

std::uint32_t style_flag(ConflictStyle style) {
  switch (style) {
    case ConflictStyle::merge:
      return GIT_MERGE_FILE_STYLE_MERGE;
    case ConflictStyle::diff3:
      return GIT_MERGE_FILE_STYLE_DIFF3;
    case ConflictStyle::zdiff3:
      return GIT_MERGE_FILE_STYLE_ZDIFF3;
  }
  return GIT_MERGE_FILE_STYLE_MERGE;
}

git_merge_file_favor_t favor_of(Preference preference) {
  switch (preference) {
    case Preference::none:
      return GIT_MERGE_FILE_FAVOR_NORMAL;
    case Preference::ours:
      return GIT_MERGE_FILE_FAVOR_OURS;
    case Preference::theirs:
      return GIT_MERGE_FILE_FAVOR_THEIRS;
    case Preference::both_sides:
      return GIT_MERGE_FILE_FAVOR_UNION;
  }
  return GIT_MERGE_FILE_FAVOR_NORMAL;
}

git_merge_file_input input_of(std::string_view text) {
  git_merge_file_input input{};
  input.version = GIT_MERGE_FILE_INPUT_VERSION;
  input.ptr = text.empty() ? "" : text.data();
  input.size = text.size();
  return input;
}

struct Result : git_merge_file_result {
  Result() : git_merge_file_result{} {}
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  ~Result() { git_merge_file_result_free(this); }
};

}  // namespace

EngineResult run_merge_engine(const FileVersions& versions, const FileMergeOptions& options, LineEquality equality) {
  start_object_library();
  git_merge_file_options wanted{};
  wanted.version = GIT_MERGE_FILE_OPTIONS_VERSION;
  wanted.ancestor_label = options.labels.base.c_str();
  wanted.our_label = options.labels.ours.c_str();
  wanted.their_label = options.labels.theirs.c_str();
  wanted.favor = favor_of(options.preference);
  wanted.marker_size = options.marker_size;
  // As `git merge-file`: conflicts with nothing but punctuation and blank lines between them are one.
  wanted.flags = style_flag(options.style) | GIT_MERGE_FILE_SIMPLIFY_ALNUM;
  if (equality == LineEquality::but_for_spaces_at_end) wanted.flags |= GIT_MERGE_FILE_IGNORE_WHITESPACE_EOL;

  const git_merge_file_input base = input_of(versions.base);
  const git_merge_file_input ours = input_of(versions.ours);
  const git_merge_file_input theirs = input_of(versions.theirs);
  Result result;
  const int failed = git_merge_file(&result, &base, &ours, &theirs, &wanted);
  if (failed < 0 || (result.ptr == nullptr && result.automergeable == 0)) {
    throw Error(ErrorCode::unavailable, "there is not enough memory to merge these files",
                "Merge smaller files, or take one side with --ours or --theirs.");
  }
  const std::string_view text(result.ptr == nullptr ? "" : result.ptr, result.len);
  return {.clean = result.automergeable != 0, .text = std::string(text)};
}

}  // namespace tenon::diff
