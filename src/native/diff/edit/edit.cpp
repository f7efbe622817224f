#include "native/diff/edit/edit.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "native/diff/edit/file_editor.h"
#include "native/diff/edit/least_changes.h"

namespace tenon::diff::edit {
namespace {

struct PathEdits {
  std::string path;
  std::vector<NumberedEdit> edits;
  std::optional<std::string> move_to;
  bool moves_apart = false;  // its edits name different destinations
};

// `./app.py` is what some call `app.py`.
std::string without_here(std::string path) {
  while (path.starts_with("./")) path.erase(0, 2);
  return path;
}

// The same hunks with as much context as they can have. Where the end of the last line is what changes, it stays.
std::vector<FileEdit> prepared(const std::vector<FileEdit>& files) {
  std::vector<FileEdit> result = files;
  for (FileEdit& file : result) {
    file.path = without_here(std::move(file.path));
    if (file.move_to) file.move_to = without_here(std::move(*file.move_to));
    for (Hunk& hunk : file.hunks) {
      if (hunk.final_newline == FinalNewline::kept) hunk = with_least_changes(std::move(hunk));
    }
  }
  return result;
}

std::vector<PathEdits> by_path(const std::vector<FileEdit>& files) {
  std::vector<PathEdits> result;
  std::map<std::string, std::size_t, std::less<>> known;
  std::uint32_t number = 0;
  for (const FileEdit& file : files) {
    const auto [entry, is_new] = known.try_emplace(file.path, result.size());
    if (is_new) result.push_back({.path = file.path, .edits = {}, .move_to = file.move_to});
    PathEdits& path = result[entry->second];
    path.moves_apart = path.moves_apart || path.move_to != file.move_to;
    const bool by_hunk = file.operation == Operation::update && !file.hunks.empty();
    if (!by_hunk) path.edits.push_back({.file = &file, .hunk = nullptr, .number = ++number});
    for (std::size_t i = 0; by_hunk && i < file.hunks.size(); ++i) {
      path.edits.push_back({.file = &file, .hunk = &file.hunks[i], .number = ++number});
    }
  }
  return result;
}

class Resolver {
 public:
  Resolver(ReplyFormat format, const ReadFile& read_file) : read_file_(read_file) { result_.format = format; }

  EditResult run(const std::vector<PathEdits>& paths) {
    for (const PathEdits& path : paths) {
      reserve(path.path);
      if (path.move_to) reserve(*path.move_to);
    }
    for (const PathEdits& path : paths) resolve(path);
    std::ranges::sort(result_.edits, {}, &EditOutcome::edit);
    const bool fine = std::ranges::all_of(result_.edits, is_fine, &EditOutcome::status);
    if (fine && result_.changes.empty()) {
      result_.failure = ReplyFailure{
          .line = 0, .message = "no file would change", .hint = "Send edits that change something, or none."};
    }
    if (!fine) result_.changes = {};
    return std::move(result_);
  }

 private:
  void reserve(const std::string& path) { ++uses_[path]; }

  void resolve(const PathEdits& path) {
    const auto source = fsops::WorkspacePath::check(path.path);
    if (!source) return fail(path, EditStatus::refused, "the path is refused: " + source.error());
    if (path.moves_apart) {
      return fail(path, EditStatus::overlapping, "its edits move the file to different places");
    }
    const bool moves = path.move_to && *path.move_to != path.path;
    if (moves) {
      if (const auto target = fsops::WorkspacePath::check(*path.move_to); !target) {
        return fail(path, EditStatus::refused, "the new path is refused: " + target.error());
      }
      if (uses_[*path.move_to] > 1) {
        return fail(path, EditStatus::overlapping, "another edit is for the file that it is moved to");
      }
    }
    const std::optional<FileContent> before = read_file_(*source);
    EditedFile edited = edit_file(path.edits, *result_.format, before);
    if (std::ranges::all_of(edited.outcomes, is_fine, &EditOutcome::status)) {
      if (moves) {
        move(path, *before, std::move(*edited.content), edited.outcomes.front());
      } else if (before != edited.content) {
        result_.changes.changes.push_back({.path = path.path, .before = before, .after = std::move(edited.content)});
      }
    }
    std::ranges::move(edited.outcomes, std::back_inserter(result_.edits));
  }

  void move(const PathEdits& path, const FileContent& before, FileContent after, EditOutcome& outcome) {
    const std::optional<FileContent> replaced = read_file_(fsops::WorkspacePath::parse(*path.move_to));
    if (replaced && replaced->type == FileType::link) {
      outcome.status = EditStatus::refused;
      outcome.message = "the new path is a link";
      outcome.hint = "Move the file to a path that is free.";
      return;
    }
    outcome.message += replaced ? "; moved, the file that was there is replaced" : "; moved";
    if (outcome.status == EditStatus::unchanged) outcome.status = EditStatus::applied;
    result_.changes.changes.push_back({.path = path.path, .before = before, .after = std::nullopt});
    result_.changes.changes.push_back({.path = *path.move_to, .before = replaced, .after = std::move(after)});
  }

  void fail(const PathEdits& path, EditStatus status, const std::string& message) {
    for (const NumberedEdit& edit : path.edits) {
      EditOutcome outcome = outcome_of(edit);
      outcome.status = status;
      outcome.message = message;
      outcome.hint = "Name files by paths relative to the root of the workspace, and each in one place only.";
      result_.edits.push_back(std::move(outcome));
    }
  }

  const ReadFile& read_file_;
  std::map<std::string, std::uint32_t, std::less<>> uses_;  // how many files of the reply a path is for
  EditResult result_;
};

}  // namespace

bool EditResult::ok() const {
  return !failure && std::ranges::all_of(edits, [](const EditOutcome& edit) { return is_fine(edit.status); });
}

EditResult apply_edits(const Reply& reply, const ReadFile& read_file) {
  const std::vector<FileEdit> files = prepared(reply.files);
  return Resolver(reply.format, read_file).run(by_path(files));
}

EditResult apply_reply(std::string_view text, const ReadFile& read_file, const ReplyOptions& options) {
  if (static_cast<std::size_t>(std::ranges::count(text, '\n')) > kMostReplyLines) {
    EditResult result;
    result.format = detect_format(text);
    result.failure = ReplyFailure{
        .line = 0,
        .message = fmt::format("edits of more than {} lines are not looked for by their text", kMostReplyLines),
        .hint = "Send a unified diff with exact lines, or several replies."};
    return result;
  }
  std::expected<Reply, ReplyFailure> reply = parse_reply(text, options.known_files);
  if (reply) return apply_edits(*reply, read_file);
  EditResult result;
  result.format = detect_format(text);
  result.failure = std::move(reply.error());
  return result;
}

std::string explain(const EditResult& result) {
  std::string text;
  if (result.failure) {
    text += result.failure->line > 0 ? fmt::format("Line {} of the reply: ", result.failure->line) : "";
    text += fmt::format("{}. {}\n", result.failure->message, result.failure->hint);
  }
  for (const EditOutcome& edit : result.edits) {
    if (is_fine(edit.status)) continue;
    text += fmt::format("Edit {} (line {} of the reply), {}: {}. {}\n", edit.edit, edit.reply_line, edit.path,
                        edit.message, edit.hint);
    if (!edit.closest) continue;
    text += fmt::format("The nearest text in the file ({:.0f} % alike):\n", edit.closest->similarity * 100);
    std::uint32_t number = edit.closest->first_line;
    for (const std::string& line : edit.closest->lines) text += fmt::format("{:>6} | {}\n", number++, line);
  }
  if (!text.empty()) text += "No file was changed.\n";
  return text;
}

}  // namespace tenon::diff::edit
