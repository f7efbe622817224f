#include "native/diff/edit/closest_text.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "core/unicode.h"
#include "native/diff/edit/line_form.h"
#include "native/fsops/workspace_path.h"

namespace tenon::diff::edit {
namespace {

constexpr std::size_t kBytesLookedAt = 16ULL << 20U;
constexpr std::uint32_t kLinesShown = 40;
constexpr std::size_t kLongestLineShown = 400;  // bytes
constexpr double kLeastSimilarity = 0.3;

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

struct Word {
  std::uint32_t wanted = 0;   // times among the wanted lines
  std::uint32_t in_file = 0;  // times in the file
  std::uint32_t in_view = 0;  // times in the lines that are looked at
};

class Search {
 public:
  Search(const FileText& file, const std::vector<std::string>& wanted) : file_(file) {
    for (const std::string& line : wanted) {
      each_word(line, [&](std::string_view word) { ++words_[word].wanted; });
    }
    while (lines_ < file.size() && file.begin(lines_) < kBytesLookedAt) ++lines_;
    height_ = std::max<std::uint32_t>(1, std::min(static_cast<std::uint32_t>(wanted.size()), lines_));
  }

  std::optional<ClosestText> run() {
    if (words_.empty() || lines_ == 0) return std::nullopt;
    each_known_word({0, lines_}, [](Word& word) { ++word.in_file; });
    double total = 0;
    for (const auto& [text, word] : words_) total += word.wanted * weight(word);

    double score = 0;
    double best_score = 0;
    std::uint32_t best = 0;
    for (std::uint32_t end = 1; end <= lines_; ++end) {
      each_known_word({end - 1, end}, [&](Word& word) {
        if (++word.in_view <= word.wanted) score += weight(word);
      });
      if (end > height_) {
        each_known_word({end - height_ - 1, end - height_}, [&](Word& word) {
          if (word.in_view-- <= word.wanted) score -= weight(word);
        });
      }
      if (score > best_score + 1e-9) {
        best_score = score;
        best = end > height_ ? end - height_ : 0;
      }
    }
    if (best_score < kLeastSimilarity * total) return std::nullopt;
    return shown({best, std::min(best + height_, lines_)}, best_score / total);
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
};

}  // namespace

std::optional<ClosestText> closest_text(const FileText& file, const std::vector<std::string>& wanted) {
  return Search(file, wanted).run();
}

}  // namespace tenon::diff::edit
