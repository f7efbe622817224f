#include "native/index/symbols/scan/bracket_stack.h"

#include <algorithm>

namespace tenon::index::scan {
namespace {

char opening_of(char closing) { return closing == ')' ? '(' : closing == ']' ? '[' : '{'; }

// Copying what is open at each #if must not make deep nesting quadratic.
constexpr std::size_t kDeepestCopied = 256;

}  // namespace

void BracketStack::pair(std::uint32_t opening, std::uint32_t closing) {
  tokens_[opening].link = closing;
  tokens_[closing].link = opening;
}

void BracketStack::close(std::uint32_t token) {
  const char wanted = opening_of(tokens_[token].mark);
  if (wanted != '{') {
    if (open_.empty() || tokens_[open_.back()].mark != wanted) return;
    pair(open_.back(), token);
    open_.pop_back();
    return;
  }
  const auto found =
      std::find_if(open_.rbegin(), open_.rend(), [&](std::uint32_t open) { return tokens_[open].mark == '{'; });
  if (found == open_.rend()) {
    open_.clear();
    return;
  }
  pair(*found, token);
  open_.erase(std::next(found).base(), open_.end());
}

void BracketStack::begin_alternatives() {
  if (alternatives_.size() >= kDeepestAlternatives || open_.size() > kDeepestCopied) {
    ++ignored_alternatives_;
    return;
  }
  alternatives_.push_back({.before = open_, .after_first = {}, .first = true});
}

void BracketStack::next_alternative() {
  if (ignored_alternatives_ > 0 || alternatives_.empty()) return;
  Alternatives& current = alternatives_.back();
  if (current.first) {
    current.after_first = open_;
    current.first = false;
  }
  open_ = current.before;
}

void BracketStack::end_alternatives() {
  if (ignored_alternatives_ > 0) {
    --ignored_alternatives_;
    return;
  }
  if (alternatives_.empty()) return;
  Alternatives& current = alternatives_.back();
  if (!current.first) {
    end_braces_from(current.before.size());
    open_ = std::move(current.after_first);
  }
  alternatives_.pop_back();
}

void BracketStack::end_braces_from(std::size_t kept) {
  if (tokens_.empty()) return;
  const auto last = static_cast<std::uint32_t>(tokens_.size() - 1);
  for (std::size_t i = kept; i < open_.size(); ++i) {
    if (tokens_[open_[i]].mark == '{') tokens_[open_[i]].link = last;
  }
}

void BracketStack::finish() { end_braces_from(0); }

}  // namespace tenon::index::scan
