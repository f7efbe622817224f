#include "native/diff/edit/splice.h"

#include <algorithm>
#include <optional>

#include "native/diff/edit/carry_over.h"
#include "native/diff/edit/old_side.h"

namespace tenon::diff::edit {
namespace {

// Removed and added lines without context between them.
struct Run {
  std::size_t old_begin = 0;  // into the old lines of the hunk
  std::size_t old_end = 0;
  std::vector<std::string_view> removed;
  std::vector<std::string_view> added;
};

std::vector<Run> runs_of(const Hunk& hunk) {
  std::vector<Run> runs;
  std::size_t old = 0;
  bool open = false;
  for (const HunkLine& line : hunk.lines) {
    if (line.kind == LineKind::context) {
      ++old;
      open = false;
      continue;
    }
    if (!open) runs.push_back({.old_begin = old, .old_end = old, .removed = {}, .added = {}});
    open = true;
    if (line.kind == LineKind::added) {
      runs.back().added.push_back(line.text);
      continue;
    }
    runs.back().removed.push_back(line.text);
    runs.back().old_end = ++old;
  }
  return runs;
}

LineForm form_of(MatchLevel level) {
  if (level == MatchLevel::whitespace_normalised) return LineForm::single_spaced;
  return level == MatchLevel::unicode_punctuation ? LineForm::ascii : LineForm::trimmed;
}

class Renderer {
 public:
  Renderer(const FileText& file, const Hunk& hunk, const Match& match, LastLine last_line)
      : file_(file), hunk_(hunk), match_(match), last_line_(last_line) {
    const bool reindents = match.level >= MatchLevel::indentation_shifted;
    if (reindents) reindentation_ = learn_indentation(file, old_side(hunk).lines, match.places);
  }

  std::expected<std::vector<Splice>, std::string> render() {
    std::vector<Splice> splices;
    for (const Run& run : runs_of(hunk_)) {
      std::expected<Splice, std::string> splice = splice_of(run);
      if (!splice) return std::unexpected(std::move(splice.error()));
      if (splice->removed + splice->added > 0) splices.push_back(std::move(*splice));
    }
    return splices;
  }

 private:
  std::expected<Splice, std::string> splice_of(const Run& run) const {
    const std::optional<LineRange> range = replaced_lines(run);
    if (!range) return std::unexpected("the lines to replace are not beside each other in the file");
    std::vector<std::string> added;
    for (std::size_t i = 0; i < run.added.size(); ++i) {
      std::optional<std::string> line = rendered(run, i);
      if (!line) {
        return std::unexpected("how deep the added line '" + std::string(trimmed(run.added[i])) +
                               "' is indented cannot be told from the lines of the edit");
      }
      added.push_back(std::move(*line));
    }
    return splice_at(*range, added);
  }

  std::optional<LineRange> replaced_lines(const Run& run) const {
    std::optional<LineRange> range;
    for (std::size_t i = run.old_begin; i < run.old_end; ++i) {
      const std::uint32_t place = match_.places[i];
      if (place == kNoLine) continue;
      if (range && range->end != place) return std::nullopt;
      range = LineRange{range ? range->begin : place, place + 1};
    }
    if (range) return range;
    const std::uint32_t at = insertion_point(run);
    return LineRange{at, at};
  }

  // Behind the line before, else before the line after, else beside the nearest line that is there.
  std::uint32_t insertion_point(const Run& run) const {
    const auto& places = match_.places;
    if (run.old_begin > 0 && places[run.old_begin - 1] != kNoLine) return places[run.old_begin - 1] + 1;
    if (run.old_end < places.size() && places[run.old_end] != kNoLine) return places[run.old_end];
    for (std::size_t i = run.old_begin; i-- > 0;) {
      if (places[i] != kNoLine) return places[i] + 1;
    }
    for (std::size_t i = run.old_end; i < places.size(); ++i) {
      if (places[i] != kNoLine) return places[i];
    }
    return match_.range.begin;
  }

  // An old line comes back among the new ones, indented as the file has it and not as the edit has the old one; and no
  // new line is indented by less than that. Then all of them may be written as they are to be.
  bool may_be_indented_already(const Run& run) const {
    for (std::size_t i = 0; i < run.removed.size(); ++i) {
      const std::uint32_t place = match_.places[run.old_begin + i];
      if (place == kNoLine || is_blank(run.removed[i])) continue;
      const std::string_view real = indentation(file_.content(place));
      const std::size_t written = indentation(run.removed[i]).size();
      if (real.size() <= written) continue;
      const bool comes_back = std::ranges::any_of(run.added, [&](std::string_view line) {
        return indentation(line) == real && trimmed(line) == trimmed(run.removed[i]);
      });
      const auto deep_enough = [&](std::string_view line) {
        return is_blank(line) || indentation(line).size() >= real.size() - written;
      };
      if (comes_back && std::ranges::all_of(run.added, deep_enough)) return true;
    }
    return false;
  }

  // An added line as it is to stand in the file; nothing if its indentation would be a guess.
  std::optional<std::string> rendered(const Run& run, std::size_t i) const {
    const std::string_view wanted = run.added[i];
    if (match_.level < MatchLevel::indentation_shifted || is_blank(wanted)) return std::string(wanted);
    const std::string_view written_indentation = indentation(wanted);
    const std::string_view body = wanted.substr(written_indentation.size());
    const bool paired = run.removed.size() == run.added.size() && match_.places[run.old_begin + i] != kNoLine &&
                        !is_blank(run.removed[i]);
    if (!paired) {
      if (may_be_indented_already(run)) return std::nullopt;
      std::optional<std::string> indented = reindentation_.apply(written_indentation);
      if (indented) *indented += body;
      return indented;
    }
    const std::string_view real = file_.content(match_.places[run.old_begin + i]);
    const std::string_view removed_indentation = indentation(run.removed[i]);
    // It may be written as the file has it, while the old line is not.
    if (removed_indentation != written_indentation && written_indentation == indentation(real)) return std::nullopt;
    std::optional<std::string> result = removed_indentation == written_indentation
                                            ? std::optional<std::string>(indentation(real))
                                            : reindentation_.apply(written_indentation);
    if (!result) return std::nullopt;
    const LineForm form = form_of(match_.level);
    if (form == LineForm::trimmed) {
      *result += body;
    } else {
      const Rewrite rewrite{.written = run.removed[i].substr(removed_indentation.size()), .wanted = body};
      *result += carry_over(rewrite, real.substr(indentation(real).size()), form);
    }
    return result;
  }

  Splice splice_at(LineRange range, const std::vector<std::string>& added) const {
    const bool at_end = range.end == file_.size();
    if (range.empty() && at_end) return appended_as_stated(added);
    Splice splice{.begin = file_.begin(range.begin),
                  .end = end_of(range),
                  .text = {},
                  .removed = range.size(),
                  .added = static_cast<std::uint32_t>(added.size())};
    for (std::size_t i = 0; i < added.size(); ++i) {
      splice.text += added[i];
      const bool last = at_end && i + 1 == added.size();
      splice.text += last ? last_terminator() : terminator_for(range, i);
    }
    return splice;
  }

  Splice appended_as_stated(const std::vector<std::string>& added) const {
    const LastLine last_line = hunk_.final_newline == FinalNewline::added ? LastLine::ended : last_line_;
    Splice splice = appended(file_, added, last_line);
    if (hunk_.final_newline == FinalNewline::removed) {
      splice.text = std::string(without_terminator(splice.text));
    }
    return splice;
  }

  std::size_t end_of(LineRange range) const {
    return range.empty() ? file_.begin(range.begin) : file_.end(range.end - 1);
  }

  std::string_view last_terminator() const {
    if (hunk_.final_newline == FinalNewline::removed) return {};
    const std::string_view now = file_.terminator(file_.size() - 1);
    const bool ends = last_line_ == LastLine::ended || hunk_.final_newline == FinalNewline::added;
    return now.empty() && ends ? file_.usual_terminator() : now;
  }

  // Of the line that is replaced, else of a neighbour.
  std::string_view terminator_for(LineRange range, std::size_t i) const {
    std::uint32_t model = range.begin > 0 ? range.begin - 1 : 0;
    if (!range.empty()) model = range.begin + std::min(static_cast<std::uint32_t>(i), range.size() - 1);
    const std::string_view terminator = file_.terminator(model);
    return terminator.empty() ? file_.usual_terminator() : terminator;
  }

  const FileText& file_;
  const Hunk& hunk_;
  const Match& match_;
  LastLine last_line_;
  Reindentation reindentation_;
};

}  // namespace

std::expected<std::vector<Splice>, std::string> splices_of(const FileText& file, const Hunk& hunk, const Match& match,
                                                           LastLine last_line) {
  return Renderer(file, hunk, match, last_line).render();
}

Splice appended(const FileText& file, const std::vector<std::string>& lines, LastLine last_line) {
  Splice splice{.begin = file.text().size(),
                .end = file.text().size(),
                .text = {},
                .removed = 0,
                .added = static_cast<std::uint32_t>(lines.size())};
  const std::string_view terminator =
      file.ends_with_newline() ? file.terminator(file.size() - 1) : file.usual_terminator();
  const bool unended = file.size() > 0 && !file.ends_with_newline() && !file.content(file.size() - 1).empty();
  if (unended) {
    // The last line belongs to it, so that no other edit changes what this one follows.
    splice.begin = file.begin(file.size() - 1);
    splice.text = std::string(file.content(file.size() - 1)) + std::string(terminator);
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    splice.text += lines[i];
    const bool last = i + 1 == lines.size();
    if (!last || !unended || last_line == LastLine::ended) splice.text += terminator;
  }
  return splice;
}

std::string with_splices(std::string_view text, const std::vector<Splice>& splices) {
  std::string result;
  std::size_t done = 0;
  for (const Splice& splice : splices) {
    result += text.substr(done, splice.begin - done);
    result += splice.text;
    done = splice.end;
  }
  result += text.substr(done);
  return result;
}

bool overlap(const Splice& one, const Splice& other) {
  const bool one_inserts = one.begin == one.end;
  const bool other_inserts = other.begin == other.end;
  if (one_inserts && other_inserts) return one.begin == other.begin;
  if (one_inserts) return other.begin < one.begin && one.begin < other.end;
  if (other_inserts) return one.begin < other.begin && other.begin < one.end;
  return one.begin < other.end && other.begin < one.end;
}

}  // namespace tenon::diff::edit
