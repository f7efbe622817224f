#include "native/diff/word_diff.h"

#include "native/diff/painter.h"
#include "native/diff/unified.h"

namespace tenon::diff {
namespace {

enum class WordKind { letters, blank, single };

WordKind kind_of(char c) {
  const auto byte = static_cast<unsigned char>(c);
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  if (letter || byte >= 0x80) return WordKind::letters;
  return c == ' ' || c == '\t' ? WordKind::blank : WordKind::single;
}

std::vector<Token> tokens_of(LineTable& table, const std::vector<std::string_view>& words) {
  std::vector<Token> tokens;
  tokens.reserve(words.size());
  for (const std::string_view word : words) tokens.push_back(table.intern(word));
  return tokens;
}

bool all_blank(const std::vector<std::string_view>& words, LineRange range) {
  return std::all_of(words.begin() + range.begin, words.begin() + range.end,
                     [](std::string_view word) { return kind_of(word.front()) == WordKind::blank; });
}

// Two words replaced by two others read better as one change than with the space between them kept.
Changes joined_over_blanks(const WordDiff& diff) {
  Changes joined;
  for (const Change& change : diff.changes) {
    if (!joined.empty() && all_blank(diff.before, {joined.back().before.end, change.before.begin})) {
      joined.back().before.end = change.before.end;
      joined.back().after.end = change.after.end;
    } else {
      joined.push_back(change);
    }
  }
  return joined;
}

class WordWriter {
 public:
  WordWriter(WordStyle style, const Palette& palette) : style_(style), palette_(palette), painter_(palette) {}

  void range(const Hunk& hunk) {
    painter_.paint(palette_.range, hunk_range_text(hunk));
    if (!hunk.function.empty()) painter_.paint({}, fmt::format(" {}", hunk.function));
    painter_.paint({}, "\n");
  }

  void common(std::string_view text) {
    painter_.paint({}, text);
    at_line_start_ = text.empty() ? at_line_start_ : text.ends_with('\n');
  }

  void removed(std::string_view text) { marked(text, palette_.removed, "[-", "-]"); }
  void added(std::string_view text) { marked(text, palette_.added, "{+", "+}"); }

  void change(std::string_view before, std::string_view after) {
    const auto diff = before.empty() || after.empty() ? std::nullopt : diff_words(before, after);
    if (!diff) {
      removed(before);
      if (!after.empty()) end_line();
      added(after);
      return;
    }
    std::uint32_t word = 0;
    for (const Change& change : joined_over_blanks(*diff)) {
      common_words(*diff, word, change.after.begin);
      for (std::uint32_t i = change.before.begin; i < change.before.end; ++i) gathered_ += diff->before[i];
      removed(std::exchange(gathered_, {}));
      for (std::uint32_t i = change.after.begin; i < change.after.end; ++i) gathered_ += diff->after[i];
      added(std::exchange(gathered_, {}));
      word = change.after.end;
    }
    common_words(*diff, word, static_cast<std::uint32_t>(diff->after.size()));
  }

  void end_line() {
    if (!at_line_start_) common("\n");
  }

  std::string take() { return painter_.take(); }

 private:
  void common_words(const WordDiff& diff, std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t i = first; i < last; ++i) common(diff.after[i]);
  }

  // Marks do not go over the end of a line.
  void marked(std::string_view text, std::string_view colour, std::string_view open, std::string_view close) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      if (end > 0) {
        const std::string_view piece = text.substr(0, end);
        painter_.paint(colour,
                       style_ == WordStyle::plain ? fmt::format("{}{}{}", open, piece, close) : std::string(piece));
      }
      at_line_start_ = end < text.size();
      if (at_line_start_) painter_.paint({}, "\n");
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  WordStyle style_;
  const Palette& palette_;
  Painter painter_;
  std::string gathered_;
  bool at_line_start_ = true;
};

}  // namespace

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const WordKind kind = kind_of(text.front());
    std::size_t length = 1;
    while (kind != WordKind::single && length < text.size() && kind_of(text[length]) == kind) ++length;
    words.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return words;
}

std::optional<WordDiff> diff_words(std::string_view before, std::string_view after) {
  if (std::max(before.size(), after.size()) > kLongestWordText) return std::nullopt;
  WordDiff diff{.before = words_of(before), .after = words_of(after)};
  LineTable table;
  const std::vector<Token> before_tokens = tokens_of(table, diff.before);
  const std::vector<Token> after_tokens = tokens_of(table, diff.after);
  diff.changes = diff_tokens(before_tokens, after_tokens, table.size());
  return diff;
}

std::string word_text(const Lines& before, const Lines& after, const Changes& changes, const std::vector<Hunk>& hunks,
                      WordStyle style, const Palette& palette) {
  WordWriter writer(style, palette);
  for (const Hunk& hunk : hunks) {
    writer.range(hunk);
    std::uint32_t line = hunk.after.begin;
    for (std::size_t i = hunk.first_change; i < hunk.last_change; ++i) {
      writer.common(after.of({line, changes[i].after.begin}));
      writer.change(before.of(changes[i].before), after.of(changes[i].after));
      line = changes[i].after.end;
    }
    writer.common(after.of({line, hunk.after.end}));
    writer.end_line();
  }
  return writer.take();
}

}  // namespace tenon::diff
