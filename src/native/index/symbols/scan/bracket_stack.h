// Pairs brackets while a text is read, also over the alternatives of a preprocessor. For the inside of this folder.
#pragma once

#include <cstdint>
#include <vector>

#include "native/index/symbols/scan/token.h"

namespace tenon::index::scan {

class BracketStack {
 public:
  explicit BracketStack(std::vector<Token>& tokens) : tokens_(tokens) {}

  void open(std::uint32_t token) { open_.push_back(token); }

  // A closing brace also ends what is open inside of its pair; another bracket that does not fit is let stand alone.
  void close(std::uint32_t token);

  std::size_t depth() const { return open_.size(); }

  void begin_alternatives();  // #if
  void next_alternative();    // #else, #elif
  void end_alternatives();    // #endif
  bool in_first_alternative() const { return alternatives_.empty() || alternatives_.back().first; }

  // At the end of the text: braces that are still open end there.
  void finish();

 private:
  struct Alternatives {
    std::vector<std::uint32_t> before;
    std::vector<std::uint32_t> after_first;
    bool first = true;
  };
  void pair(std::uint32_t opening, std::uint32_t closing);
  void end_braces_from(std::size_t kept);

  static constexpr std::size_t kDeepestAlternatives = 64;
  std::vector<Token>& tokens_;
  std::vector<std::uint32_t> open_;
  std::vector<Alternatives> alternatives_;
  std::size_t ignored_alternatives_ = 0;
};

}  // namespace tenon::index::scan
