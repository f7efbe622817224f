// CSS: the selectors of rules, as they are written; keyframes and custom properties by name.
#include <algorithm>

#include "native/index/symbols/scan/character_class.h"
#include "native/index/symbols/scan/recognisers.h"
#include "native/index/symbols/scan/text_end.h"

namespace tenon::index::scan {
namespace {

class CssRecogniser {
 public:
  CssRecogniser(Recorder& recorder, Span range)
      : text_(recorder.text().substr(0, range.end)), recorder_(recorder), at_(range.begin), prelude_(range.begin) {}

  void run() {
    while (at_ < text_.size()) step(text_[at_]);
    while (!blocks_.empty()) leave();
  }

 private:
  struct Block {
    std::uint32_t first;  // the symbols of its selectors
    std::uint32_t last;   // behind them
    bool holds_rules;     // @media and the like
  };

  void step(char c) {
    switch (c) {
      case '/':
        if (text_.substr(at_, 2) == "/*") {
          const bool nothing_before = blank(prelude_, at_);
          at_ = end_after(text_, at_ + 2, "*/");
          if (nothing_before) prelude_ = at_;
          return;
        }
        break;
      case '"':
      case '\'': {
        std::size_t& none_before = c == '"' ? no_quote_before_ : no_apostrophe_before_;
        const std::size_t end = at_ < none_before ? kNoEnd : quoted_end(text_, at_, Lines::one);
        if (end == kNoEnd && at_ >= none_before) none_before = line_end(text_, at_);
        at_ = end == kNoEnd ? at_ + 1 : end;
        return;
      }
      case '{':
        enter();
        break;
      case '}':
        if (!blocks_.empty()) leave();
        prelude_ = at_ + 1;
        break;
      case ';':
        prelude_ = at_ + 1;
        break;
      case ':':
        custom_property();
        break;
      default:
        break;
    }
    ++at_;
  }

  bool is_blank(char c) const { return class_of(c) == CharacterClass::space || class_of(c) == CharacterClass::newline; }
  bool blank(std::size_t from, std::size_t to) const {
    return std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(from),
                       text_.begin() + static_cast<std::ptrdiff_t>(to), [&](char c) { return is_blank(c); });
  }

  Span trimmed(std::size_t begin, std::size_t end) const {
    while (begin < end && is_blank(text_[begin])) ++begin;
    while (end > begin && is_blank(text_[end - 1])) --end;
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  bool in_rule() const { return !blocks_.empty() && !blocks_.back().holds_rules; }

  void custom_property() {
    const Span name = trimmed(prelude_, at_);
    if (in_rule() && recorder_.text(name).starts_with("--")) recorder_.add(SymbolKind::variable, name, name, parent());
  }

  std::uint32_t parent() const {
    return blocks_.empty() || blocks_.back().first == blocks_.back().last ? kNoParent : blocks_.back().first;
  }

  void enter() {
    const Span head = trimmed(prelude_, at_);
    const std::string_view words = recorder_.text(head);
    Block block{0, 0, false};
    if (words.starts_with('@')) {
      constexpr std::string_view kKeyframes = "@keyframes ";
      block.holds_rules = !words.starts_with("@font-face") && !words.starts_with("@page");
      if (words.starts_with(kKeyframes)) {
        block.holds_rules = false;
        const Span name = trimmed(head.begin + kKeyframes.size(), head.end);
        block.first = recorder_.add(SymbolKind::selector, name, head, kNoParent);
        block.last = block.first + 1;
      }
    } else if (!in_rule() || words.starts_with('&') || words.starts_with('.')) {
      selectors(head, block);
    }
    blocks_.push_back(block);
    prelude_ = at_ + 1;
  }

  // Commas outside of parentheses separate them.
  void selectors(Span head, Block& block) {
    const std::uint32_t around = parent();
    std::size_t begin = head.begin;
    std::size_t open = 0;
    bool first = true;
    for (std::size_t i = head.begin; i <= head.end; ++i) {
      const char c = i < head.end ? text_[i] : ',';
      if (c == '(') ++open;
      if (c == ')' && open > 0) --open;
      if (c != ',' || (open > 0 && i < head.end)) continue;
      const Span name = trimmed(begin, i);
      begin = i + 1;
      if (name.begin == name.end) continue;
      const std::uint32_t added = recorder_.add(SymbolKind::selector, name, name, around);
      if (added == around) return;
      if (first) block.first = added;
      first = false;
      block.last = added + 1;
    }
  }

  void leave() {
    for (std::uint32_t i = blocks_.back().first; i < blocks_.back().last; ++i) {
      recorder_.set_end(i, static_cast<std::uint32_t>(std::min(at_ + 1, text_.size())));
    }
    blocks_.pop_back();
  }

  std::string_view text_;
  Recorder& recorder_;
  std::size_t at_;
  std::size_t prelude_;
  std::size_t no_quote_before_ = 0;
  std::size_t no_apostrophe_before_ = 0;
  std::vector<Block> blocks_;
};

}  // namespace

void recognise_css(Recorder& recorder, Span range) { CssRecogniser(recorder, range).run(); }

}  // namespace tenon::index::scan
