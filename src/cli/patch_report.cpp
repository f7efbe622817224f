#include "cli/patch_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/visible_text.h"

namespace tenon::cli {
namespace {

const diff::FileChange* find_change(const diff::ChangeSet& changes, const std::string& path) {
  const auto found = std::ranges::find(changes.changes, path, &diff::FileChange::path);
  return found == changes.changes.end() ? nullptr : &*found;
}

PatchedAs outcome_of(const diff::FileChange* change) {
  if (change == nullptr) return PatchedAs::unchanged;
  if (!change->before) return PatchedAs::added;
  return change->after ? PatchedAs::changed : PatchedAs::removed;
}

PatchedAs outcome_of(const diff::patch::FileReport& file, const diff::ChangeSet& changes) {
  if (!file.applied || !file.problem.empty()) return PatchedAs::failed;
  if (file.conflicts) return PatchedAs::conflicts;
  if (!file.from) return outcome_of(find_change(changes, file.path));
  const diff::FileChange* source = find_change(changes, *file.from);
  return source != nullptr && !source->after ? PatchedAs::renamed : PatchedAs::copied;
}

std::string letter(PatchedAs outcome, const Terminal& terminal) {
  switch (outcome) {
    case PatchedAs::added:
      return terminal.styled(Style::good, "A");
    case PatchedAs::removed:
      return terminal.styled(Style::bad, "D");
    case PatchedAs::changed:
      return terminal.styled(Style::note, "M");
    case PatchedAs::renamed:
      return terminal.styled(Style::note, "R");
    case PatchedAs::copied:
      return terminal.styled(Style::good, "C");
    case PatchedAs::unchanged:
      return "=";
    case PatchedAs::conflicts:
      return terminal.styled(Style::bad, "U");
    case PatchedAs::failed:
      return terminal.styled(Style::bad, "!");
  }
  return "?";
}

std::string hunk_text(const diff::patch::HunkReport& hunk) {
  std::string text;
  const auto add = [&](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
  if (hunk.offset != 0) add(fmt::format("{} lines {}", std::abs(hunk.offset), hunk.offset > 0 ? "down" : "up"));
  if (hunk.context_left > 0) add(fmt::format("without {} context lines", hunk.context_left));
  if (hunk.recounted) add("counts corrected");
  return text.empty() ? text : fmt::format("    hunk {} at line {}: {}\n", hunk.number, hunk.line, text);
}

std::string edit_text(const diff::edit::EditOutcome& edit) {
  if (!edit.level || *edit.level == diff::edit::MatchLevel::exact) return {};
  return fmt::format("    {}: edit {} at line {} matched as {}\n", printable(edit.path), edit.edit, edit.first_line,
                     boost::describe::enum_to_string(*edit.level, "?"));
}

std::string conflicts_text(const PatchDocument& document) {
  std::string text;
  for (const PatchedFile& file : document.files) {
    if (file.outcome != PatchedAs::conflicts) continue;
    text +=
        fmt::format("tenon: {}: the patch and the file changed the same lines; both are between markers\n", file.path);
  }
  return text;
}

std::string diff_problems_text(const PatchDocument& document) {
  std::string text;
  for (const PatchedFile& file : document.files) {
    const bool by_hunk = !std::ranges::all_of(file.hunks, &diff::patch::HunkReport::applied);
    if (!file.problem.empty() && !by_hunk) text += fmt::format("tenon: {}\n", file.problem);
    for (const diff::patch::HunkReport& hunk : file.hunks) {
      if (hunk.applied) continue;
      text += fmt::format("tenon: {}: hunk {} (line {} of the patch): {}\n", file.path, hunk.number, hunk.patch_line,
                          hunk.problem);
    }
  }
  return text.empty() || document.applies ? text : "tenon: read as a unified diff, it does not apply\n" + text;
}

}  // namespace

bool PatchDocument::merges_with_conflicts() const {
  const auto has = [this](PatchedAs outcome) {
    return std::ranges::find(files, outcome, &PatchedFile::outcome) != files.end();
  };
  return has(PatchedAs::conflicts) && !has(PatchedAs::failed);
}

std::vector<PatchedFile> patched_files(const diff::patch::Application& application, const diff::ChangeSet& changes) {
  std::vector<PatchedFile> files;
  for (const diff::patch::FileReport& file : application.files) {
    files.push_back({.path = printable(file.path),
                     .outcome = outcome_of(file, changes),
                     .from = file.from ? std::optional(printable(*file.from)) : std::nullopt,
                     .problem = printable(file.problem),
                     .merged = file.merged,
                     .warnings = file.warnings,
                     .hunks = file.hunks});
  }
  return files;
}

std::vector<PatchedFile> patched_files(const diff::ChangeSet& changes) {
  std::vector<PatchedFile> files;
  for (const diff::FileChange& change : changes.changes) {
    files.push_back({.path = printable(change.path), .outcome = outcome_of(&change)});
  }
  return files;
}

std::string changes_text(const PatchDocument& document, const Terminal& terminal) {
  std::string text;
  for (const PatchedFile& file : document.files) {
    if (file.outcome == PatchedAs::failed) continue;
    text += fmt::format("{} {}{}\n", letter(file.outcome, terminal), file.from ? *file.from + " => " : "", file.path);
    for (const diff::patch::HunkReport& hunk : file.hunks) {
      if (hunk.applied) text += hunk_text(hunk);
    }
  }
  for (const diff::edit::EditOutcome& edit : document.edits) text += edit_text(edit);
  return text;
}

std::string problems_text(const PatchDocument& document, const Terminal& terminal) {
  std::string text;
  const std::string warning = terminal.styled(Style::note, "warning:");
  for (const PatchWarning& found : document.warnings) {
    text += found.path.empty() ? fmt::format("{} {}\n", warning, printable(found.message))
                               : fmt::format("{} line {} of the patch ({}): {}\n", warning, found.patch_line,
                                             found.path, found.message);
  }
  for (const PatchedFile& file : document.files) {
    for (const std::string& message : file.warnings) text += fmt::format("{} {}\n", warning, printable(message));
  }
  if (document.merges_with_conflicts()) return text + conflicts_text(document);
  // The second reading says where and why of the same hunks, with the nearest text.
  const std::string problems = document.explanation.empty() ? diff_problems_text(document) : document.explanation;
  // It quotes lines of files and of the patch.
  return text + (terminal.attached ? visible_text(problems) : problems);
}

}  // namespace tenon::cli
