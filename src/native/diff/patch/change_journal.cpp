#include "native/diff/patch/change_journal.h"

#include <array>

#include <fmt/format.h>

#include "core/digest.h"
#include "native/diff/patch/change_writer.h"
#include "native/diff/patch/image.h"

namespace tenon::diff::patch {
namespace {

constexpr std::string_view kTitle = "tenon-changes 1\n";
constexpr std::string_view kNone = "-";

std::string_view take_word(std::string_view& line) {
  const std::size_t space = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, space);
  line.remove_prefix(std::min(space + 1, line.size()));
  return word;
}

// A name of ours in the root, or none. What else a journal names is not touched.
std::optional<std::string> own_name(std::string_view word) {
  if (word == kNone) return std::string();
  if (!word.starts_with(kChangesPrefix) || word.find('/') != std::string_view::npos) return std::nullopt;
  return std::string(word);
}

bool add_line(ChangeJournal& journal, std::string_view line) {
  const std::string_view what = take_word(line);
  if (what == "directory") {
    auto path = fsops::WorkspacePath::check(line);
    if (path) journal.directories.push_back(*std::move(path));
    return path.has_value();
  }
  const std::optional<std::string> staged = own_name(take_word(line));
  const std::optional<std::string> kept = own_name(take_word(line));
  auto path = fsops::WorkspacePath::check(line);
  if (!staged || !kept || !path || (what != "write" && what != "remove")) return false;
  if (staged->empty() != (what == "remove")) return false;
  journal.moves.push_back({.path = *std::move(path), .staged = *staged, .kept = *kept});
  return true;
}

}  // namespace

std::string to_text(const ChangeJournal& journal) {
  std::string text(kTitle);
  for (const fsops::WorkspacePath& directory : journal.directories) {
    text += fmt::format("directory {}\n", directory.text());
  }
  const auto shown = [](const std::string& name) { return name.empty() ? kNone : std::string_view(name); };
  for (const Move& move : journal.moves) {
    text += fmt::format("{} {} {} {}\n", move.staged.empty() ? "remove" : "write", shown(move.staged), shown(move.kept),
                        move.path.text());
  }
  return text + sha256(text).text + "\n";
}

std::optional<ChangeJournal> journal_from(std::string_view text) {
  std::vector<std::string_view> lines = split_lines(text);
  if (lines.size() < 2 || lines.front() != kTitle) return std::nullopt;
  const std::string_view seal = lines.back();
  if (seal != sha256(text.substr(0, text.size() - seal.size())).text + "\n") return std::nullopt;
  ChangeJournal journal;
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    if (!add_line(journal, lines[i].substr(0, lines[i].size() - 1))) return std::nullopt;
  }
  return journal;
}

}  // namespace tenon::diff::patch
