#include "native/diff/edit/closest_text.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "core/unicode.h"
#include "native/diff/edit/line_form.h"
#include "native/fsops/workspace_path.h"

namespace tenon::diff::edit {
namespace {

constexpr double kTiny = 1e-9;         // sums of weights are not exact
constexpr std::size_t kFinalists = 4;  // parts that are compared letter by letter
constexpr std::size_t kBytesCompared = 64ULL << 10U;
constexpr std::uint32_t kLinesShown = 40;
constexpr std::size_t kLongestLineShown = 400;  // bytes
constexpr double kLeastSimilarity = 0.4;

bool is_word_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<signed char>(c) < 0;
}

template <class Visit>
void each_word(std::string_view line, Visit visit) {
  for (std::size_t i = 0; i < line.size();) {
    std::size_t end = i;
    while (end < line.size() && is_word_byte(line[end])) ++end;
    if (end > i) visit(line.substr(i, end - i));
    i = std::max(end, i + 1);
  }
}

// Pairs of letters that two texts have in common: 2 · common / all (Dice). Whitespace does not count.
class LetterPairs {
 public:
  void add(std::string_view line) {
    char last = 0;
    for (const char c : trimmed(line)) {
      if (c == ' ' || c == '\t') continue;
      if (last != 0 && total_ < kBytesCompared) {
        ++counts_[index(last, c)];
        ++total_;
      }
      last = c;
    }
  }

  double similarity(const LetterPairs& other) const {
    std::size_t common = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) common += std::min(counts_[i], other.counts_[i]);
    return total_ + other.total_ == 0 ? 0
                                      : 2.0 * static_cast<double>(common) / static_cast<double>(total_ + other.total_);
  }

 private:
  static std::size_t index(char first, char second) {
    return std::size_t{static_cast<unsigned char>(first)} * 256 + static_cast<unsigned char>(second);
  }

  std::vector<std::uint32_t> counts_ = std::vector<std::uint32_t>(65'536);
  std::size_t total_ = 0;
};

struct Finalist {
  double score = 0;
  std::uint32_t begin = 0;
};

struct Word {
  std::uint32_t wanted = 0;   // times among the wanted lines
  std::uint32_t in_file = 0;  // times in the file
  std::uint32_t in_view = 0;  // times in the lines that are looked at
};

class Search {
 public:
  Search(const FileText& file, const std::vector<std::string>& wanted) : file_(file) {
    for (const std::string& line : wanted) {
      pairs_.add(line);
      each_word(line, [&](std::string_view word) { ++words_[word].wanted; });
    }
    while (lines_ < file.size() && file.begin(lines_) < kBytesSearched) ++lines_;
    height_ = std::max<std::uint32_t>(1, std::min(static_cast<std::uint32_t>(wanted.size()), lines_));
  }

  std::optional<ClosestText> run() {
    if (words_.empty() || lines_ == 0) return std::nullopt;
    each_known_word({0, lines_}, [](Word& word) { ++word.in_file; });
    double score = 0;
    for (std::uint32_t end = 1; end <= lines_; ++end) {
      each_known_word({end - 1, end}, [&](Word& word) {
        if (++word.in_view <= word.wanted) score += weight(word);
      });
      if (end > height_) {
        each_known_word({end - height_ - 1, end - height_}, [&](Word& word) {
          if (word.in_view-- <= word.wanted) score -= weight(word);
        });
      }
      enter({.score = score, .begin = end > height_ ? end - height_ : 0});
    }
    return best_finalist();
  }

 private:
  static double weight(const Word& word) { return 1.0 / (1.0 + std::log2(1.0 + word.in_file)); }

  template <class Visit>
  void each_known_word(LineRange lines, Visit visit) {
    for (std::uint32_t line = lines.begin; line < lines.end; ++line) {
      each_word(file_.content(line), [&](std::string_view text) {
        const auto word = words_.find(text);
        if (word != words_.end()) visit(word->second);
      });
    }
  }

  // The best parts so far that do not overlap.
  void enter(const Finalist& part) {
    if (part.score <= kTiny) return;
    const auto near =
        std::ranges::find_if(finalists_, [&](const Finalist& other) { return part.begin - other.begin < height_; });
    if (near != finalists_.end()) {
      if (part.score > near->score + kTiny) *near = part;
      return;
    }
    if (finalists_.size() < kFinalists) {
      finalists_.push_back(part);
      return;
    }
    const auto worst = std::ranges::min_element(finalists_, {}, &Finalist::score);
    if (part.score > worst->score + kTiny) *worst = part;
  }

  std::optional<ClosestText> best_finalist() const {
    double best = kLeastSimilarity;
    std::optional<LineRange> found;
    for (const Finalist& part : finalists_) {
      const LineRange lines{part.begin, std::min(part.begin + height_, lines_)};
      LetterPairs pairs;
      for (std::uint32_t line = lines.begin; line < lines.end; ++line) pairs.add(file_.content(line));
      const double similarity = pairs_.similarity(pairs);
      if (similarity < best || (found && similarity <= best)) continue;
      best = similarity;
      found = lines;
    }
    return found ? std::optional(shown(*found, best)) : std::nullopt;
  }

  ClosestText shown(LineRange lines, double similarity) const {
    while (lines.size() > 1 && is_blank(file_.content(lines.begin))) ++lines.begin;
    ClosestText result{.first_line = lines.begin + 1, .similarity = std::round(similarity * 100) / 100, .lines = {}};
    for (std::uint32_t line = lines.begin; line < std::min(lines.end, lines.begin + kLinesShown); ++line) {
      const std::string_view content = file_.content(line);
      const bool as_it_is = content.size() <= kLongestLineShown && is_valid_text(content);
      result.lines.push_back(as_it_is ? std::string(content) : fsops::printable(content.substr(0, kLongestLineShown)));
    }
    return result;
  }

  const FileText& file_;
  std::uint32_t lines_ = 0;   // that are looked at
  std::uint32_t height_ = 1;  // of the part that is compared, in lines
  std::unordered_map<std::string_view, Word> words_;
  LetterPairs pairs_;  // of the wanted lines
  std::vector<Finalist> finalists_;
};

}  // namespace

std::optional<ClosestText> closest_text(const FileText& file, const std::vector<std::string>& wanted) {
  return Search(file, wanted).run();
}

}  // namespace tenon::diff::edit
