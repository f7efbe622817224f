#include "native/diff/patch/file_application.h"

#include <algorithm>

#include <fmt/format.h>

#include "native/diff/patch/binary_reader.h"
#include "native/diff/patch/blob_id.h"
#include "native/diff/patch/hunk_application.h"
#include "native/diff/patch/text_form.h"

namespace tenon::diff::patch {
namespace {

using Check = std::expected<void, std::string>;

Check fail(std::string problem) { return std::unexpected(std::move(problem)); }

constexpr std::uint32_t kTypeOfMode = 0170000;

bool is_file_or_link(std::uint32_t mode) {
  return mode == kRegularMode || mode == kExecutableMode || mode == kLinkMode;
}

bool same_type(std::uint32_t one, std::uint32_t other) { return (one & kTypeOfMode) == (other & kTypeOfMode); }

// True for a full object name, of SHA-1 or SHA-256.
bool is_full_id(std::string_view id) { return id.size() == 40 || id.size() == 64; }

bool is_null_id(std::string_view id) { return id.find_first_not_of('0') == std::string_view::npos; }

bool removes(const FilePatch& file) { return file.deletes == Certainty::yes; }
bool creates(const FilePatch& file) { return file.creates == Certainty::yes; }

constexpr std::uint64_t kLargestResult = 1ULL << 30U;

std::optional<std::string> binary_result(const BinaryHunk& hunk, const std::string& bytes) {
  if (hunk.kind == BinaryHunk::Kind::literal) return hunk.data;
  return apply_delta(hunk.data, bytes, kLargestResult);
}

std::string rejects_text(const FilePatch& file, const std::vector<HunkReport>& reports) {
  std::string text = fmt::format("diff a/{0} b/{0}\t(rejected hunks)\n", file.name());
  for (std::size_t i = 0; i < reports.size(); ++i) {
    if (!reports[i].applied) text += file.hunks[i].text;
  }
  return text;
}

// A merge has a use where something in a file changes that stays.
bool is_mergeable(const FilePatch& file, bool occupied) {
  if (removes(file) || (creates(file) && !occupied)) return false;
  return !file.renames || file.added() > 0 || file.removed() > 0;
}

}  // namespace

WhitespaceRule whitespace_rule_for(const FilePatch& file, const ApplyOptions& options) {
  WhitespaceRule rule = options.whitespace_rule ? options.whitespace_rule(file.name()) : WhitespaceRule{};
  if (file.new_mode == kLinkMode) rule.incomplete_line = false;
  return rule;
}

FileApplier::Source FileApplier::source_of(FilePatch& file) const {
  if (!file.old_name) return std::nullopt;
  const std::string& path = *file.old_name;
  // A rename or copy is made from the tree as it was, whatever came before.
  const TreeView::Earlier earlier = file.renames || file.copies ? TreeView::Earlier::nothing : view_.earlier(path);
  if (earlier == TreeView::Earlier::removal) {
    return std::unexpected(fmt::format("{} was renamed or removed by this patch before", path));
  }
  if (earlier == TreeView::Earlier::content) return view_.earlier_content(path);
  Source source = view_.tree().read(path);
  if (!source || *source) return source;
  if (file.creates != Certainty::unknown) {
    if (const auto fault = view_.tree().fault_of(path)) return std::unexpected(*fault);
    return std::unexpected(fmt::format("{}: there is no such file", path));
  }
  file.creates = Certainty::yes;
  file.deletes = Certainty::no;
  file.old_name.reset();
  return std::nullopt;
}

FileApplier::Check FileApplier::check_types(FilePatch& file, const std::optional<FileContent>& source,
                                            FileOutcome& outcome) const {
  for (const std::optional<std::uint32_t>& mode : {file.old_mode, file.new_mode}) {
    if (mode && !is_file_or_link(*mode)) return fail(fmt::format("{}: it is neither file nor link", file.name()));
  }
  if (!source) return {};
  if (file.creates == Certainty::unknown) file.creates = Certainty::no;
  const std::uint32_t mode = mode_of(source->type);
  if (!file.old_mode) file.old_mode = mode;
  if (!same_type(mode, *file.old_mode)) return fail(fmt::format("{}: it is of the wrong type", *file.old_name));
  if (mode != *file.old_mode) {
    outcome.report.warnings.push_back(
        fmt::format("{} has type {:o}, expected {:o}", *file.old_name, mode, *file.old_mode));
  }
  if (!file.new_mode && !removes(file)) file.new_mode = mode;
  return {};
}

// True if the new name is taken; a file that the patch moves away is as good as gone.
std::expected<bool, std::string> FileApplier::check_room(FilePatch& file) const {
  bool occupied = false;
  if (file.new_name && (creates(file) || file.renames || file.copies)) {
    const std::string& path = *file.new_name;
    const TreeView::Earlier earlier = view_.earlier(path);
    const bool leaves = earlier == TreeView::Earlier::removal || view_.goes_away(path);
    const Presence present = view_.tree().presence(path);
    const bool free = leaves || present == Presence::nothing || present == Presence::directory;
    occupied = earlier == TreeView::Earlier::content || !free;
    if (occupied && !options_.three_way) return std::unexpected(fmt::format("{}: it already exists", path));
    if (!file.new_mode) file.new_mode = creates(file) ? kRegularMode : file.old_mode;
  }
  if (file.new_name && file.old_name) {
    if (!file.new_mode) file.new_mode = file.old_mode;
    if (!same_type(*file.old_mode, *file.new_mode)) {
      return std::unexpected(fmt::format("{}: its new mode {:o} does not go with its old mode {:o}", *file.new_name,
                                         *file.new_mode, *file.old_mode));
    }
  }
  return occupied;
}

FileApplier::Check FileApplier::check_names(const FilePatch& file, FileOutcome& outcome) const {
  const bool takes_old = file.old_name && (removes(file) || (!creates(file) && !file.copies));
  for (const std::optional<std::string>& name :
       {takes_old ? file.old_name : std::nullopt, removes(file) ? std::nullopt : file.new_name}) {
    const std::optional<std::string> fault = name ? view_.tree().fault_of(*name) : std::nullopt;
    if (!fault) continue;
    outcome.refused_name = true;
    return fail(*fault);
  }
  if (!removes(file) && view_.is_beyond_link(*file.new_name)) {
    return fail(fmt::format("{}: it is beyond a symbolic link", *file.new_name));
  }
  return {};
}

FileApplier::Check FileApplier::apply_text(const FilePatch& file, std::string& bytes, FileOutcome& outcome) const {
  const bool adapts = options_.line_ends == LineEnds::adapted;
  const std::string mark(adapts ? mark_to_set_aside(bytes, file.hunks) : std::string_view());
  const LineEnd line_end = adapts ? line_end_of(bytes) : LineEnd::none;
  Image image(bytes.substr(mark.size()));
  const std::vector<Hunk> hunks = with_line_ends_of(file.hunks, line_end, image);
  HunkContext context{.options = options_, .rule = whitespace_rule_for(file, options_), .whitespace = {}};
  std::vector<HunkReport> reports;
  for (const Hunk& hunk : hunks) {
    reports.push_back(apply_hunk(image, hunk, file, context));
    reports.back().number = static_cast<std::uint32_t>(reports.size());
  }
  const auto failed = std::ranges::find(reports, false, &HunkReport::applied);
  Check check;
  if (failed != reports.end()) {
    outcome.report.rejects = rejects_text(file, reports);
    if (options_.failures == Failures::refuse_all) {
      check = fail(fmt::format("{}: hunk {} (line {} of the patch) does not apply: {}", file.name(), failed->number,
                               failed->patch_line, failed->problem));
    }
  }
  outcome.report.hunks = std::move(reports);
  outcome.whitespace_fixed += context.whitespace_fixed;
  outcome.whitespace.insert(outcome.whitespace.end(), context.whitespace.begin(), context.whitespace.end());
  if (check) bytes = mark + image.bytes();
  return check;
}

// For safety, as git: the patch must say what it was made from and what it makes, in full.
FileApplier::Check FileApplier::apply_binary(const FilePatch& file, std::string& bytes) const {
  const std::string& name = file.name();
  if (!is_full_id(file.old_id) || file.new_id.size() != file.old_id.size()) {
    return fail(fmt::format("{}: a binary patch needs an index line with full object names", name));
  }
  if (!file.old_name && !bytes.empty()) return fail(fmt::format("{}: the patch is for an empty file", name));
  if (file.old_name && blob_id(bytes, file.old_id.size()) != file.old_id) {
    return fail(fmt::format("{}: the patch is for other contents ({})", name, file.old_id));
  }
  if (is_null_id(file.new_id)) {
    bytes.clear();
    return {};
  }
  if (options_.blobs != nullptr) {
    if (std::optional<std::string> known = options_.blobs->find(file.new_id)) {
      bytes = *std::move(known);
      return {};
    }
  }
  if (!file.binary_forward) return fail(fmt::format("{}: the patch has no data for this direction", name));
  std::optional<std::string> result = binary_result(*file.binary_forward, bytes);
  if (!result) return fail(fmt::format("{}: the binary patch does not apply", name));
  if (blob_id(*result, file.new_id.size()) != file.new_id) {
    return fail(fmt::format("{}: the binary patch makes other contents than it says ({})", name, file.new_id));
  }
  bytes = *std::move(result);
  return {};
}

FileApplier::Check FileApplier::change(const FilePatch& file, std::string& bytes, FileOutcome& outcome) const {
  return file.binary ? apply_binary(file, bytes) : apply_text(file, bytes, outcome);
}

// False: there is nothing to merge with, the patch may still apply as it is.
std::expected<bool, std::string> FileApplier::merge(const FilePatch& file, bool occupied, std::string& bytes,
                                                    FileOutcome& outcome) const {
  if (!options_.three_way || !is_mergeable(file, occupied)) return false;
  std::string base;
  if (!creates(file)) {
    const BlobSource* blobs = options_.three_way->blobs;
    std::optional<std::string> found = blobs != nullptr ? blobs->find(file.old_id) : std::nullopt;
    if (!found) return false;
    base = *std::move(found);
  }
  std::string ours = bytes;
  if (creates(file)) {
    const Source present = view_.tree().read(*file.new_name);
    if (!present) return std::unexpected(present.error());
    ours = *present ? (*present)->bytes : std::string();
  }
  std::string theirs = base;
  FileOutcome trial;
  if (!change(file, theirs, trial)) return false;
  FileMerge merge = merge_file({.base = base, .ours = ours, .theirs = theirs}, options_.three_way->merge);
  outcome.report.merged = true;
  outcome.report.conflicts = !merge.clean;
  if (!merge.clean) {
    if (!creates(file)) outcome.report.base = std::move(base);
    outcome.report.ours = std::move(ours);
    outcome.report.theirs = std::move(theirs);
  }
  bytes = std::move(merge.text);
  return true;
}

void FileApplier::write(const FilePatch& file, std::string bytes) {
  // A rename takes its source from the tree as it was; what another file of the patch has put there since stays.
  const bool moves_away =
      file.renames && file.old_name != file.new_name && view_.earlier(*file.old_name) != TreeView::Earlier::content;
  if (removes(file) || moves_away) view_.remove(*file.old_name);
  if (!removes(file)) view_.write(*file.new_name, {.bytes = std::move(bytes), .type = type_of(*file.new_mode)});
}

FileOutcome FileApplier::apply_checked(FilePatch& file) {
  FileOutcome outcome;
  const auto refused = [&](std::string problem) {
    outcome.report.problem = std::move(problem);
    return outcome;
  };
  Source source = source_of(file);
  if (!source) return refused(source.error());
  if (const Check types = check_types(file, *source, outcome); !types) return refused(types.error());
  const std::expected<bool, std::string> occupied = check_room(file);
  if (!occupied) return refused(occupied.error());
  if (const Check names = check_names(file, outcome); !names) return refused(names.error());

  std::string bytes = *source ? std::move((*source)->bytes) : std::string();
  const std::expected<bool, std::string> is_merged = merge(file, *occupied, bytes, outcome);
  if (!is_merged) return refused(is_merged.error());
  if (!*is_merged) {
    if (*occupied) return refused(fmt::format("{}: it already exists", *file.new_name));
    if (const Check changed = change(file, bytes, outcome); !changed) return refused(changed.error());
  }
  if (removes(file) && !bytes.empty() && outcome.report.rejects.empty()) {
    return refused(fmt::format("{}: the patch removes the file, but not all of its contents", *file.old_name));
  }
  write(file, std::move(bytes));
  outcome.report.applied = true;
  return outcome;
}

FileOutcome FileApplier::apply(FilePatch file) {
  const std::string name = file.name();
  const std::optional<std::string> from = file.renames || file.copies ? file.old_name : std::optional<std::string>();
  FileOutcome outcome = apply_checked(file);
  outcome.report.path = name;
  outcome.report.from = from;
  return outcome;
}

}  // namespace tenon::diff::patch
