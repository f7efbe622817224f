#include "cli/patch_command.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <memory>

#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include "cli/patch_options.h"
#include "cli/patch_report.h"
#include "core/error.h"
#include "core/json.h"
#include "native/diff/edit/edit.h"
#include "native/diff/file_bytes.h"
#include "native/diff/patch/change_writer.h"
#include "native/diff/patch/repository_blobs.h"
#include "native/diff/patch/statistics.h"
#include "native/diff/patch/workspace_tree.h"
#include "native/fsops/file_descriptor.h"

namespace tenon::cli {
namespace {

using namespace diff::patch;

constexpr int kApplied = 0;
constexpr int kRefused = 1;
constexpr std::uint64_t kLargestPatch = 1ULL << 30U;

std::string read_input(const std::string& name) {
  const fsops::FileDescriptor file(name == "-" ? ::dup(STDIN_FILENO)
                                               : ::open(name.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC));
  if (!file) throw system_error("cannot read " + printable(name), errno);
  auto bytes = diff::read_bytes(file.number(), kLargestPatch);
  if (!bytes) throw system_error("cannot read the patch", bytes.error());
  return *std::move(bytes);
}

// What is to be written, and what to say about it.
struct Result {
  PatchDocument document;
  diff::ChangeSet changes;
};

// The ladder of edits sees lines: a patch that also changes modes, copies or bytes would be applied in part.
bool says_only_lines(const Patch& patch) {
  return std::ranges::all_of(patch.files, [](const FilePatch& file) {
    constexpr std::uint32_t kRegular = 0100644;
    const bool same_mode =
        file.old_mode ? file.new_mode == file.old_mode || !file.new_mode : file.new_mode.value_or(kRegular) == kRegular;
    const bool usual_mode = file.deletes == Certainty::yes || same_mode;
    return !file.binary && !file.copies && !file.hunks.empty() && usual_mode;
  });
}

std::string words_for(diff::edit::ReplyFormat format) {
  switch (format) {
    case diff::edit::ReplyFormat::envelope:
      return "an envelope (*** Begin Patch)";
    case diff::edit::ReplyFormat::search_replace:
      return "search/replace blocks";
    case diff::edit::ReplyFormat::unified_diff:
      return "a unified diff, its hunks looked for by their text";
    case diff::edit::ReplyFormat::whole_file:
      return "whole files";
  }
  return "edits";
}

class PatchRun {
 public:
  PatchRun(const PatchOptions& options, const fsops::Workspace& workspace)
      : options_(options), workspace_(workspace), tree_(workspace) {}

  Result run(const std::string& text) const {
    const std::optional<diff::edit::ReplyFormat> format = diff::edit::detect_format(text);
    if (format && *format != diff::edit::ReplyFormat::unified_diff) {
      refuse_options_for_diffs(*format);
      return apply_edits(text);
    }
    auto patch = parse_patch(text, options_.parse);
    if (patch && !patch->files.empty()) return apply_unified(*std::move(patch), text);
    if (patch) return {.document = {.applies = true, .format = "unified"}, .changes = {}};
    const bool may_be_edits = !format || options_.for_diffs_only().empty();
    if (!may_be_edits) throw corrupt(patch.error());
    Result edited = apply_edits(text);
    // Neither one nor the other: where it looks like a diff, what is wrong with it as a diff says more.
    if (!edited.document.applies && patch.error().line > 0 && edited.document.edits.empty())
      throw corrupt(patch.error());
    return edited;
  }

 private:
  void refuse_options_for_diffs(diff::edit::ReplyFormat format) const {
    const std::vector<std::string> names = options_.for_diffs_only();
    if (names.empty()) return;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("the input is {}, for which {} has no meaning", words_for(format), fmt::join(names, ", ")),
                "Leave the option out, or give a unified diff.");
  }

  Error corrupt(const ParseError& error) const {
    const std::vector<std::string> names = options_.for_diffs_only();
    std::string message = error.line > 0 ? fmt::format("line {} of the patch", error.line) : "the patch";
    message += ", read as a unified diff";
    if (!names.empty()) message += fmt::format(" with {}", fmt::join(names, ", "));
    return Error(ErrorCode::invalid_argument, message + ": " + error.message);
  }

  Result apply_unified(Patch patch, const std::string& text) const {
    if (options_.reverse) patch = reversed(std::move(patch));
    const FileFilter wanted = file_filter(options_);
    std::erase_if(patch.files, [&](const FilePatch& file) { return !wanted(file); });
    const Application application = applied(patch);
    Result result{.document = {.applies = application.complete(), .format = "unified"}, .changes = application.changes};
    result.document.files = patched_files(application, application.changes);
    if (result.document.merges_with_conflicts()) result.document.applies = false;
    for (const std::string& message : patch.warnings) result.document.warnings.push_back({.message = message});
    for (const WhitespaceFault& fault : application.whitespace) {
      result.document.warnings.push_back(
          {.path = printable(fault.file), .patch_line = fault.line, .message = fault.problem});
    }
    if (options_.apply.whitespace == WhitespaceAction::refuse && !application.whitespace.empty()) {
      result.document.applies = false;
    }
    if (options_.reject) add_rejects(application, result.changes);
    const bool may_be_edits = options_.for_diffs_only().empty() && !application.refused_names && says_only_lines(patch);
    if (!result.document.applies && may_be_edits) return with_edits(std::move(result), text);
    return result;
  }

  Application applied(const Patch& patch) const {
    if (!options_.three_way) return apply_patch(patch, tree_, options_.apply);
    const std::optional<RepositoryBlobs> blobs = RepositoryBlobs::around(workspace_.path());
    if (!blobs) {
      throw Error(ErrorCode::invalid_argument,
                  "--3way needs the repository that the directory is in, and there is none",
                  "Leave the option out, or patch a work tree of git.");
    }
    ApplyOptions apply = options_.apply;
    apply.blobs = &*blobs;
    apply.three_way = {.blobs = &*blobs, .merge = {.preference = options_.preference}};
    return apply_patch(patch, tree_, apply);
  }

  // What the rules of diffs refuse may still have one certain place; if not, the nearest text helps its author.
  Result with_edits(Result refused, const std::string& text) const {
    Result edited = apply_edits(text);
    if (edited.document.applies) return edited;
    if (edited.document.edits.empty()) return refused;
    refused.document.edits = std::move(edited.document.edits);
    refused.document.explanation = std::move(edited.document.explanation);
    return refused;
  }

  Result apply_edits(const std::string& text) const {
    const diff::edit::ReadFile read = [this](const fsops::WorkspacePath& path) { return read_file(path); };
    diff::edit::EditResult edited = diff::edit::apply_reply(text, read);
    if (lacks_file(edited)) edited = diff::edit::apply_reply(text, read, {.known_files = known_files()});
    if (!edited.format && edited.failure) {
      throw Error(ErrorCode::invalid_argument, edited.failure->message, edited.failure->hint);
    }
    Result result;
    result.document.applies = edited.ok();
    result.document.format = edited.format ? boost::describe::enum_to_string(*edited.format, "?") : "";
    if (!edited.ok()) {
      const std::string words = edited.format ? words_for(*edited.format) : "edits";
      result.document.explanation = fmt::format("tenon: read as {}, it does not apply\n{}", words, explain(edited));
    }
    result.document.files = patched_files(edited.changes);
    result.document.edits = std::move(edited.edits);
    result.changes = std::move(edited.changes);
    return result;
  }

  static bool lacks_file(const diff::edit::EditResult& edited) {
    return std::ranges::any_of(edited.edits, [](const diff::edit::EditOutcome& edit) {
      return edit.status == diff::edit::EditStatus::no_such_file;
    });
  }

  // Names beside blocks are often only the last component.
  std::vector<std::string> known_files() const {
    std::vector<std::string> names;
    for (const fsops::Entry& entry : workspace_.walk().entries) {
      if (entry.kind == fsops::EntryKind::file) names.push_back(entry.path.text());
    }
    return names;
  }

  std::optional<diff::FileContent> read_file(const fsops::WorkspacePath& path) const {
    auto content = tree_.read(path.text());
    if (!content) throw Error(ErrorCode::invalid_argument, content.error());
    return *std::move(content);
  }

  void add_rejects(const Application& application, diff::ChangeSet& changes) const {
    for (const FileReport& file : application.files) {
      if (file.rejects.empty()) continue;
      const std::string path = file.path + ".rej";
      changes.changes.push_back(
          {.path = path, .before = tree_.read(path).value_or(std::nullopt), .after = {{.bytes = file.rejects}}});
    }
  }

  const PatchOptions& options_;
  const fsops::Workspace& workspace_;
  WorkspaceTree tree_;
};

int tell(const PatchOptions& options, const std::string& text, const NativeContext& context) {
  ParseOptions parse = options.parse;
  parse.emptiness = Emptiness::allowed;
  auto parsed = parse_patch(text, parse);
  if (!parsed) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("line {} of the patch: {}", parsed.error().line, parsed.error().message));
  }
  Patch patch = options.reverse ? reversed(*std::move(parsed)) : *std::move(parsed);
  const FileFilter wanted = file_filter(options);
  std::erase_if(patch.files, [&](const FilePatch& file) { return !wanted(file); });
  if (options.stat) context.out.write(stat_text(patch));
  if (options.numstat) context.out.write(numstat_text(patch));
  if (options.summary) context.out.write(summary_text(patch));
  return kApplied;
}

int patch_directory(PatchOptions options, const NativeContext& context) {
  if (options.reject) options.apply.failures = Failures::leave_rejects;
  if (options.allow_empty) options.parse.emptiness = Emptiness::allowed;
  const std::string text = read_input(options.input);
  if (options.only_tells()) return tell(options, text, context);
  const fsops::Workspace workspace = fsops::Workspace::open(std::filesystem::canonical(options.directory));
  recover_changes(workspace);
  Result result = PatchRun(options, workspace).run(text);
  PatchDocument& document = result.document;
  const bool may_write = document.applies || document.merges_with_conflicts() || options.reject;
  const bool writes = !options.check && !result.changes.empty() && may_write;
  if (writes) write_changes(workspace, result.changes);
  document.written = writes;
  if (context.json) {
    context.out.write(json::serialize(to_json(document)) + "\n");
  } else {
    if (document.applies || writes) context.out.write(changes_text(document, context.terminal));
    context.out.flush();
    std::cerr << problems_text(document, detect_terminal(STDERR_FILENO));
    if (!document.applies && !writes) std::cerr << "tenon: nothing was changed\n";
  }
  return document.applies ? kApplied : kRefused;
}

NativeAction declare_patch(CLI::App& app) {
  auto options = std::make_shared<PatchOptions>();
  declare_patch_options(app, *options);
  app.description(
      "Apply a patch to a directory, all of it or nothing.\n"
      "Reads unified diffs of git and diff, `*** Begin Patch` envelopes, search/replace blocks and whole files.\n"
      "Exit code: 0 applied, 1 refused with nothing changed (but with --reject), or merged with conflicts (--3way),\n"
      "others for trouble.");
  return [options](const NativeContext& context) { return patch_directory(*options, context); };
}

}  // namespace

const NativeCommand kPatchCommand{
    .name = "patch",
    .summary = "Apply a patch to a directory, all of it or nothing",
    .examples =
        "git diff | tenon patch ../copy\n"
        "tenon patch --check --json -i change.diff\n"
        "tenon patch -R < change.diff",
    .declare = declare_patch,
};

}  // namespace tenon::cli
