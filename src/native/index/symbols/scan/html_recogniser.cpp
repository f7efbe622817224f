// HTML: headings, ids and named anchors; what scripts and styles inside define.
#include <algorithm>
#include <array>

#include "native/index/symbols/scan/character_class.h"
#include "native/index/symbols/scan/recognisers.h"
#include "native/index/symbols/scan/text_end.h"

namespace tenon::index::scan {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

class HtmlRecogniser {
 public:
  HtmlRecogniser(Recorder& recorder, TokenList& scratch)
      : text_(recorder.text()), recorder_(recorder), scratch_(scratch) {}

  void run() {
    while ((at_ = text_.find('<', at_)) != std::string_view::npos) {
      if (text_.substr(at_, 4) == "<!--") {
        at_ = end_after(text_, at_ + 4, "-->");
      } else {
        tag();
      }
    }
  }

 private:
  bool is_name_byte(char c) const { return is_word(c) || c == '-' || c == ':'; }

  std::size_t name_end(std::size_t i) const {
    while (i < text_.size() && is_name_byte(text_[i])) ++i;
    return i;
  }
  bool equals(Span span, std::string_view word) const {
    return std::ranges::equal(recorder_.text(span), word, {}, lower);
  }
  static Span span(std::size_t begin, std::size_t end) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  void tag() {
    const std::size_t begin = at_;
    const std::size_t end = name_end(begin + 1);
    if (end == begin + 1) {
      ++at_;
      return;
    }
    const Span name = span(begin + 1, end);
    at_ = end;
    while (at_ < text_.size() && text_[at_] != '>' && text_[at_] != '<') attribute(begin, name);
    if (at_ < text_.size() && text_[at_] == '>') ++at_;
    if (equals(name, "script")) return embedded("</script", true);
    if (equals(name, "style")) return embedded("</style", false);
    if (name.end - name.begin == 2 && lower(text_[name.begin]) == 'h' && text_[name.begin + 1] >= '1' &&
        text_[name.begin + 1] <= '6') {
      heading(begin);
    }
  }

  void attribute(std::size_t tag_begin, Span tag) {
    const std::size_t begin = at_;
    const std::size_t end = name_end(begin);
    if (end == begin) {
      ++at_;
      return;
    }
    at_ = end;
    if (at_ >= text_.size() || text_[at_] != '=') return;
    ++at_;
    if (at_ >= text_.size()) return;
    std::size_t value = at_;
    const bool quoted = text_[at_] == '"' || text_[at_] == '\'';
    if (quoted) {
      at_ = std::min(text_.find(text_[at_], at_ + 1), text_.size());
      ++value;
    } else {
      while (at_ < text_.size() && is_name_byte(text_[at_])) ++at_;
    }
    const Span name = span(begin, end);
    const bool anchor = equals(name, "id") || (equals(name, "name") && equals(tag, "a"));
    if (anchor && at_ > value) recorder_.add(SymbolKind::anchor, span(value, at_), span(tag_begin, at_), kNoParent);
    if (quoted) at_ = std::min(at_ + 1, text_.size());
  }

  // The text up to the closing tag, or the longest part of it between tags.
  void heading(std::size_t begin) {
    constexpr std::size_t kLongest = 2'000;
    const std::string_view rest = text_.substr(at_, kLongest);
    Span best{};
    std::size_t i = 0;
    while (i < rest.size()) {
      const std::size_t open = std::min(rest.find('<', i), rest.size());
      std::size_t first = i;
      std::size_t last = open;
      while (first < last && class_of(rest[first]) <= CharacterClass::newline &&
             class_of(rest[first]) != CharacterClass::mark)
        ++first;
      while (last > first && class_of(rest[last - 1]) <= CharacterClass::newline &&
             class_of(rest[last - 1]) != CharacterClass::mark)
        --last;
      if (last - first > best.end - best.begin) best = span(at_ + first, at_ + last);
      const std::size_t tag = open + (rest.substr(open, 2) == "</" ? 2 : 1);
      if (tag < rest.size() && lower(rest[tag]) == 'h') break;
      i = std::min(rest.find('>', open), rest.size());
      if (i < rest.size()) ++i;
    }
    if (best.end > best.begin) recorder_.add(SymbolKind::heading, best, span(begin, best.end), kNoParent);
  }

  void embedded(std::string_view closing, bool script) {
    std::size_t end = at_;
    do {
      end = std::min(text_.find('<', end), text_.size());
      if (end < text_.size() && equals(span(end, std::min(end + closing.size(), text_.size())), closing)) break;
      if (end < text_.size()) ++end;
    } while (end < text_.size());
    if (script) {
      lex(text_.substr(0, end), Dialect::javascript, javascript_keywords(), scratch_, at_);
      recognise_javascript(scratch_, recorder_);
    } else {
      recognise_css(recorder_, span(at_, end));
    }
    at_ = end;
  }

  std::string_view text_;
  Recorder& recorder_;
  TokenList& scratch_;
  std::size_t at_ = 0;
};

}  // namespace

void recognise_html(Recorder& recorder, TokenList& scratch) { HtmlRecogniser(recorder, scratch).run(); }

}  // namespace tenon::index::scan
