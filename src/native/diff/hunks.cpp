#include "native/diff/hunks.h"

namespace tenon::diff {
namespace {

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos; }

class HunkBuilder {
 public:
  HunkBuilder(const Lines& before, const Lines& after, const Changes& changes, const FunctionLines& functions,
              const HunkOptions& options)
      : before_(before), after_(after), changes_(changes), functions_(functions), options_(options) {}

  std::vector<Hunk> build() {
    std::vector<Hunk> hunks;
    for (std::size_t first = 0; first < changes_.size();) {
      const Hunk hunk = hunk_from(first);
      first = hunk.last_change;
      if (options_.blank_changes == BlankChanges::shown || !changes_only_ignored(hunk)) hunks.push_back(hunk);
    }
    for (Hunk& hunk : hunks) hunk.function = function_above(hunk.before.begin);
    return hunks;
  }

 private:
  bool names_function(const Lines& lines, std::uint32_t line) const {
    return functions_.text_of(without_terminator(lines[line])).has_value();
  }

  bool is_ignored(std::string_view line) const {
    return options_.blank_changes == BlankChanges::ignored_if_blank ? is_blank(line) : line == "\n";
  }

  bool only_ignored(const Lines& lines, LineRange range) const {
    for (std::uint32_t line = range.begin; line < range.end; ++line) {
      if (!is_ignored(lines[line])) return false;
    }
    return true;
  }

  bool changes_only_ignored(const Hunk& hunk) const {
    for (std::size_t i = hunk.first_change; i < hunk.last_change; ++i) {
      if (!only_ignored(before_, changes_[i].before) || !only_ignored(after_, changes_[i].after)) return false;
    }
    return true;
  }

  Hunk hunk_from(std::size_t first) const {
    Hunk hunk{.first_change = first, .last_change = first + 1};
    const std::uint32_t above = lines_above(changes_[first]);
    hunk.before.begin = changes_[first].before.begin - above;
    hunk.after.begin = changes_[first].after.begin - above;
    std::uint32_t below = lines_below(changes_[first]);
    while (hunk.last_change < changes_.size() && reaches(hunk.last_change, below)) {
      below = lines_below(changes_[hunk.last_change++]);
    }
    hunk.before.end = changes_[hunk.last_change - 1].before.end + below;
    hunk.after.end = changes_[hunk.last_change - 1].after.end + below;
    return hunk;
  }

  // Whether the change belongs to the hunk of the one before it, below which `below` lines are shown.
  bool reaches(std::size_t next, std::uint32_t below) const {
    const std::uint64_t gap = changes_[next].before.begin - changes_[next - 1].before.end;
    if (gap <= std::uint64_t{options_.context} * 2 + options_.between) return true;
    if (options_.extent == FunctionContext::lines) return false;
    const std::uint64_t above = std::min<std::uint64_t>(lines_above(changes_[next]), gap);
    return gap <= below + above + options_.between;
  }

  std::uint32_t lines_above(const Change& change) const {
    const std::uint32_t most = std::min(change.before.begin, change.after.begin);
    const std::uint32_t asked = std::min(options_.context, most);
    if (options_.extent == FunctionContext::lines || adds_whole_functions(change)) return asked;
    if (before_.empty()) return asked;
    std::uint32_t line = std::min(change.before.begin, before_.size() - 1);
    while (line > 0 && !names_function(before_, line)) --line;
    // What stands right above belongs to the function: comments, annotations, its return type.
    while (line > 0 && !is_blank(before_[line - 1]) && !names_function(before_, line - 1)) --line;
    return std::min(most, std::max(asked, change.before.begin - std::min(line, change.before.begin)));
  }

  // Something appended to the text that brings its own functions needs no more context.
  bool adds_whole_functions(const Change& change) const {
    if (change.before.begin < before_.size()) return false;
    for (std::uint32_t line = change.after.begin; line < after_.size(); ++line) {
      if (names_function(after_, line)) return true;
    }
    return false;
  }

  std::uint32_t lines_below(const Change& change) const {
    const std::uint32_t most = std::min(before_.size() - change.before.end, after_.size() - change.after.end);
    const std::uint32_t asked = std::min(options_.context, most);
    if (options_.extent == FunctionContext::lines) return asked;
    std::uint32_t line = change.before.end;
    while (line < before_.size() && !names_function(before_, line)) ++line;
    while (line > change.before.end && is_blank(before_[line - 1])) --line;
    return std::min(most, std::max(asked, line - change.before.end));
  }

  // Looks no further up than where the hunk before began to look: what it found holds for this one too.
  std::string_view function_above(std::uint32_t line) {
    for (std::uint32_t at = line; at > searched_;) {
      if (const auto text = functions_.text_of(without_terminator(before_[--at]))) {
        function_ = *text;
        break;
      }
    }
    searched_ = line;
    return function_;
  }

  const Lines& before_;
  const Lines& after_;
  const Changes& changes_;
  const FunctionLines& functions_;
  const HunkOptions& options_;
  std::uint32_t searched_ = 0;
  std::string_view function_;
};

}  // namespace

std::vector<Hunk> group_hunks(const Lines& before, const Lines& after, const Changes& changes,
                              const FunctionLines& functions, const HunkOptions& options) {
  return HunkBuilder(before, after, changes, functions, options).build();
}

}  // namespace tenon::diff
