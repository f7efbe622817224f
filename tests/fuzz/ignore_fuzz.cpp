// Ignore files and globs, against a second, slower way to the same answer. The input: a line with a path, a line with a
// glob, and an ignore file.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "native/fsops/glob.h"
#include "native/fsops/glob_class.h"
#include "native/fsops/ignore_rules.h"

namespace {

using namespace tenon::fsops;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

unsigned char lower(char c) { return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); }

// wildmatch by its definition: every choice is tried, each once.
class SlowGlob {
 public:
  SlowGlob(std::string_view pattern, std::string_view text, const GlobSyntax& syntax)
      : pattern_(pattern), text_(text), syntax_(syntax) {}

  bool matches() { return from(0, 0); }

 private:
  bool from(std::size_t p, std::size_t t) {
    const auto [known, first] = known_.try_emplace({p, t}, false);
    if (!first) return known->second;
    const bool result = decide(p, t);
    known_[{p, t}] = result;
    return result;
  }

  bool decide(std::size_t p, std::size_t t) {
    if (p == pattern_.size()) return t == text_.size();
    if (pattern_[p] == '*') return star(p, t);
    if (pattern_[p] == '[') {
      const auto set = parse_git_class(pattern_.substr(p + 1), syntax_);
      if (!set || t == text_.size()) return false;
      const auto byte = static_cast<unsigned char>(text_[t]);
      return (set->bytes[byte / 64U] >> (byte % 64U) & 1U) != 0 && from(p + 1 + set->length, t + 1);
    }
    if (t == text_.size()) return false;
    if (pattern_[p] == '?') return (syntax_.slash == Slash::ordinary || text_[t] != '/') && from(p + 1, t + 1);
    if (pattern_[p] == '\\' && ++p == pattern_.size()) return false;
    const bool folded = syntax_.letter_case == LetterCase::folded;
    const bool same = folded ? lower(pattern_[p]) == lower(text_[t]) : pattern_[p] == text_[t];
    return same && from(p + 1, t + 1);
  }

  bool star(std::size_t p, std::size_t t) {
    std::size_t end = p;
    while (end < pattern_.size() && pattern_[end] == '*') ++end;
    const std::string_view rest = pattern_.substr(end);
    const bool whole = end - p > 1 && (p == 0 || pattern_[p - 1] == '/') &&
                       (rest.empty() || rest.starts_with('/') || rest.starts_with("\\/"));
    if (whole && syntax_.slash == Slash::boundary && rest.starts_with('/') && from(end + 1, t)) return true;
    const bool over_slashes = whole || syntax_.slash == Slash::ordinary;
    for (;; ++t) {
      if (from(end, t)) return true;
      if (t == text_.size() || (!over_slashes && text_[t] == '/')) return false;
    }
  }

  std::string_view pattern_;
  std::string_view text_;
  GlobSyntax syntax_;
  std::map<std::pair<std::size_t, std::size_t>, bool> known_;
};

void check_glob(std::string_view pattern, std::string_view text) {
  for (const Slash slash : {Slash::boundary, Slash::ordinary}) {
    for (const LetterCase letter_case : {LetterCase::exact, LetterCase::folded}) {
      const GlobSyntax git{.slash = slash, .letter_case = letter_case};
      require(Glob::compile(pattern, git)->matches(text) == SlowGlob(pattern, text, git).matches());
      const GlobSyntax ripgrep{.dialect = GlobDialect::ripgrep, .slash = slash, .letter_case = letter_case};
      if (const auto glob = Glob::compile(pattern, ripgrep)) static_cast<void>(glob->matches(text));
    }
  }
}

enum class Verdict { silent, ignored, included };

Verdict verdict(std::string_view file, const IgnoreSubject& subject, LetterCase letter_case) {
  const IgnoreRules rules = IgnoreRules::parse(file, letter_case);
  const IgnoreRule* rule = rules.decide(subject);
  if (rule == nullptr) return Verdict::silent;
  return rule->includes ? Verdict::included : Verdict::ignored;
}

// A pattern without its `!`, slashes and blanks, matched as gitignore(5) says and no faster.
bool slow_rule_matches(std::string_view pattern, const IgnoreSubject& subject, LetterCase letter_case) {
  if (pattern.starts_with('!')) pattern.remove_prefix(1);
  if (pattern.ends_with('/')) {
    if (subject.kind != IgnoreKind::directory) return false;
    pattern.remove_suffix(1);
  }
  const bool path = pattern.contains('/');
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  if (pattern.empty()) return false;
  const GlobSyntax syntax{.slash = path ? Slash::boundary : Slash::ordinary, .letter_case = letter_case};
  return SlowGlob(pattern, path ? subject.path : subject.name, syntax).matches();
}

// The whole file must decide as its lines do one by one, the last first; each line as its pattern does.
void check_rules(std::string_view file, std::string_view path, IgnoreKind kind, LetterCase letter_case) {
  const IgnoreSubject subject(path, kind, letter_case);
  Verdict expected = Verdict::silent;
  for (std::string_view rest = file; !rest.empty();) {
    const std::string_view line = take_line(rest);
    const Verdict alone = verdict(line, subject, letter_case);
    if (alone != Verdict::silent) expected = alone;
    const bool plain = line.find_first_of(std::string_view(" #\r\0\\\xEF", 6)) == std::string_view::npos;
    if (plain) require(slow_rule_matches(line, subject, letter_case) == (alone != Verdict::silent));
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (!file.contains(kByteOrderMark)) require(verdict(file, subject, letter_case) == expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLongest = 400;  // the slow way is quadratic
  std::string_view rest(reinterpret_cast<const char*>(data), std::min(size, kLongest * 3));
  const std::string_view path = take_line(rest).substr(0, kLongest);
  const std::string_view glob = take_line(rest).substr(0, kLongest);
  check_glob(glob, path);
  for (const LetterCase letter_case : {LetterCase::exact, LetterCase::folded}) {
    check_rules(rest, path, IgnoreKind::file, letter_case);
    check_rules(rest, path, IgnoreKind::directory, letter_case);
  }
  return 0;
}
