// JSON: the keys of objects. Comments are passed over, as configuration files have them.
#include "native/index/symbols/scan/recognisers.h"
#include "native/index/symbols/scan/text_end.h"

namespace tenon::index::scan {
namespace {

class JsonRecogniser {
 public:
  explicit JsonRecogniser(Recorder& recorder) : text_(recorder.text()), recorder_(recorder) {}

  void run() {
    while (at_ < text_.size()) step(text_[at_]);
    while (!levels_.empty()) leave();
  }

 private:
  struct Level {
    std::uint32_t owner;  // whose value this object or array is
    std::uint32_t key;    // the last one inside, not ended yet; kNoParent: none
    bool object;
  };

  void step(char c) {
    switch (c) {
      case '{':
      case '[':
        ++at_;
        return enter(c == '{');
      case '}':
      case ']':
        if (!levels_.empty()) leave();
        ++at_;
        if (!levels_.empty() && levels_.back().key != kNoParent) recorder_.set_end(levels_.back().key, at());
        return;
      case ',':
        end_key();
        ++at_;
        return;
      case '"':
        return text();
      case '/':
        at_ = text_.substr(at_, 2) == "//"   ? line_end(text_, at_)
              : text_.substr(at_, 2) == "/*" ? end_after(text_, at_ + 2, "*/")
                                             : at_ + 1;
        return;
      default:
        ++at_;
    }
  }

  std::uint32_t at() const { return static_cast<std::uint32_t>(at_); }

  void enter(bool object) {
    std::uint32_t owner = kNoParent;
    if (!levels_.empty()) owner = levels_.back().key != kNoParent ? levels_.back().key : levels_.back().owner;
    levels_.push_back({owner, kNoParent, object});
  }

  void end_key() {
    if (levels_.empty() || levels_.back().key == kNoParent) return;
    recorder_.set_end(levels_.back().key, at());
    levels_.back().key = kNoParent;
  }

  void leave() {
    end_key();
    levels_.pop_back();
  }

  void text() {
    const std::size_t begin = at_;
    const std::size_t end = quoted_end(text_, at_, Lines::many);
    at_ = end;
    if (levels_.empty() || !levels_.back().object || levels_.back().key != kNoParent) return;
    std::size_t colon = at_;
    while (colon < text_.size() &&
           (text_[colon] == ' ' || text_[colon] == '\t' || text_[colon] == '\n' || text_[colon] == '\r'))
      ++colon;
    if (colon >= text_.size() || text_[colon] != ':' || end - begin < 2) return;
    if (!recorder_.may_enter(static_cast<std::uint32_t>(levels_.size()))) return;
    const Span whole{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    const std::uint32_t owner = levels_.back().owner;
    const std::uint32_t key = recorder_.add(SymbolKind::key, {whole.begin + 1, whole.end - 1}, whole, owner);
    if (key != owner) levels_.back().key = key;
    at_ = colon + 1;
  }

  std::string_view text_;
  Recorder& recorder_;
  std::size_t at_ = 0;
  std::vector<Level> levels_;
};

}  // namespace

void recognise_json(Recorder& recorder) { JsonRecogniser(recorder).run(); }

}  // namespace tenon::index::scan
