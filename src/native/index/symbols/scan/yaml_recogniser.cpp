// YAML: keys of block mappings by their indentation, and anchors. Flow collections and block scalars are passed over.
#include <algorithm>

#include "native/index/symbols/scan/character_class.h"
#include "native/index/symbols/scan/recognisers.h"
#include "native/index/symbols/scan/text_end.h"

namespace tenon::index::scan {
namespace {

class YamlRecogniser {
 public:
  explicit YamlRecogniser(Recorder& recorder) : text_(recorder.text()), recorder_(recorder) {}

  void run() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const std::size_t end = line_end(text_, at);
      line(at, end);
      at = end + 1;
    }
    leave(0, text_.size());
  }

 private:
  struct Level {
    std::size_t indentation;
    std::uint32_t symbol;
  };

  void leave(std::size_t indentation, std::size_t at) {
    while (!levels_.empty() && levels_.back().indentation >= indentation) {
      recorder_.set_end(levels_.back().symbol, static_cast<std::uint32_t>(at));
      levels_.pop_back();
    }
  }

  void line(std::size_t begin, std::size_t end) {
    if (end > begin && text_[end - 1] == '\r') --end;
    std::size_t i = begin;
    while (i < end && text_[i] == ' ') ++i;
    if (i == end || text_[i] == '#') return;
    const std::size_t indentation = i - begin;
    if (in_scalar_ && indentation > scalar_indentation_) return;
    in_scalar_ = false;
    if (text_.substr(begin, 3) == "---" || text_.substr(begin, 3) == "...") return leave(0, begin);
    std::size_t column = indentation;
    // Each "- " is a level of its own.
    while (i + 1 < end && text_[i] == '-' && text_[i + 1] == ' ') {
      leave(column + 1, begin);
      i += 2;
      while (i < end && text_[i] == ' ') ++i;
      column = i - begin;
    }
    if (open_ > 0) return count_brackets(i, end);
    entry(begin, i, end, column);
    const std::string_view rest = text_.substr(i, end - i);
    const std::size_t last = rest.find_last_not_of("+-0123456789 ");
    if (last != std::string_view::npos && (rest[last] == '|' || rest[last] == '>') &&
        (last == 0 || rest[last - 1] == ' ')) {
      in_scalar_ = true;
      scalar_indentation_ = indentation;
    }
  }

  void count_brackets(std::size_t i, std::size_t end) {
    for (; i < end; ++i) {
      if (text_[i] == '"' || text_[i] == '\'') {
        const std::size_t close = quoted_end(text_.substr(0, end), i, Lines::one);
        if (close != kNoEnd)
          i = close - 1;
        else
          return;
      } else if (text_[i] == '#' && text_[i - 1] == ' ') {
        return;
      } else if (text_[i] == '{' || text_[i] == '[') {
        ++open_;
      } else if ((text_[i] == '}' || text_[i] == ']') && open_ > 0) {
        --open_;
      }
    }
  }

  void entry(std::size_t line_begin, std::size_t i, std::size_t end, std::size_t column) {
    i = anchor(i, end);
    std::size_t name_begin = i;
    std::size_t name_end = i;
    if (i < end && (text_[i] == '"' || text_[i] == '\'')) {
      const std::size_t close = quoted_end(text_.substr(0, end), i, Lines::one);
      if (close == kNoEnd) return;
      ++name_begin;
      name_end = close - 1;
      i = close;
    } else if (i < end && (text_[i] == '{' || text_[i] == '[')) {
      return count_brackets(i, end);
    } else {
      while (i < end && !(text_[i] == ':' && (i + 1 == end || text_[i + 1] == ' ' || text_[i + 1] == '\t'))) {
        if (text_[i] == '#' && text_[i - 1] == ' ') return;
        ++i;
      }
      name_end = i;
    }
    while (i < end && text_[i] == ' ') ++i;
    if (i >= end || text_[i] != ':' || name_end == name_begin) return;
    leave(column, line_begin);
    if (!recorder_.may_enter(static_cast<std::uint32_t>(levels_.size()))) return;
    const std::uint32_t parent = levels_.empty() ? kNoParent : levels_.back().symbol;
    const Span name{static_cast<std::uint32_t>(name_begin), static_cast<std::uint32_t>(name_end)};
    const std::uint32_t self =
        recorder_.add(SymbolKind::key, name, {name.begin, static_cast<std::uint32_t>(end)}, parent);
    if (self != parent) levels_.push_back({column, self});
    ++i;
    while (i < end && text_[i] == ' ') ++i;
    i = anchor(i, end);
    if (i < end && (text_[i] == '{' || text_[i] == '[')) count_brackets(i, end);
  }

  // Behind `&name `, if that begins here.
  std::size_t anchor(std::size_t i, std::size_t end) {
    if (i >= end || text_[i] != '&') return i;
    std::size_t last = i + 1;
    while (last < end && text_[last] != ' ') ++last;
    if (last > i + 1) {
      const Span name{static_cast<std::uint32_t>(i + 1), static_cast<std::uint32_t>(last)};
      recorder_.add(SymbolKind::anchor, name, name, levels_.empty() ? kNoParent : levels_.back().symbol);
    }
    while (last < end && text_[last] == ' ') ++last;
    return last;
  }

  std::string_view text_;
  Recorder& recorder_;
  std::vector<Level> levels_;
  std::size_t open_ = 0;  // brackets of a flow collection
  std::size_t scalar_indentation_ = 0;
  bool in_scalar_ = false;
};

}  // namespace

void recognise_yaml(Recorder& recorder) { YamlRecogniser(recorder).run(); }

}  // namespace tenon::index::scan
