#include "native/diff/patch/applier.h"

#include <algorithm>

#include <fmt/format.h>

#include "native/diff/patch/file_application.h"
#include "native/diff/patch/tree_view.h"

namespace tenon::diff::patch {
namespace {

bool nothing_failed(const FileReport& report) { return report.applied && report.problem.empty(); }

void check_whitespace(const Patch& patch, const ApplyOptions& options, Application& application) {
  if (options.whitespace == WhitespaceAction::ignore) return;
  for (const FilePatch& file : patch.files) {
    const WhitespaceRule rule = whitespace_rule_for(file, options);
    for (const Hunk& hunk : file.hunks) {
      for (const HunkLine& line : hunk.lines) {
        if (line.kind != LineKind::added) continue;
        std::string problem = whitespace_problem(line.text, rule);
        if (problem.empty()) continue;
        application.whitespace.push_back({.file = file.name(), .line = line.number, .problem = std::move(problem)});
      }
    }
  }
}

}  // namespace

bool Application::complete() const {
  return std::ranges::all_of(files, [](const FileReport& file) {
    return nothing_failed(file) && std::ranges::all_of(file.hunks, &HunkReport::applied);
  });
}

Application apply_patch(const Patch& patch, const Tree& tree, const ApplyOptions& options) {
  Application application;
  check_whitespace(patch, options, application);
  TreeView view(tree, patch.files);
  FileApplier applier(view, options);
  for (const FilePatch& file : patch.files) {
    FileOutcome outcome = applier.apply(file);
    application.refused_names = application.refused_names || outcome.refused_name;
    application.whitespace_fixed += outcome.whitespace_fixed;
    for (WhitespaceFault& fault : outcome.whitespace) application.whitespace.push_back(std::move(fault));
    application.files.push_back(std::move(outcome.report));
  }
  // Only when all is done is it known what is a directory and what is a file.
  for (std::size_t i = 0; i < patch.files.size(); ++i) {
    const FilePatch& file = patch.files[i];
    FileReport& report = application.files[i];
    if (report.applied && file.deletes != Certainty::yes && file.new_name && view.is_below_file(*file.new_name)) {
      report.applied = false;
      report.problem = fmt::format("{}: a directory of its path is a file", *file.new_name);
    }
  }
  const bool keeps_all = options.failures == Failures::leave_rejects && !application.refused_names;
  const bool refuses = options.whitespace == WhitespaceAction::refuse && !application.whitespace.empty();
  if (!refuses && (application.complete() || keeps_all)) application.changes = view.changes();
  return application;
}

}  // namespace tenon::diff::patch
