// One glob, compiled. Two dialects:
//
//   git      gitignore(5) and wildmatch: `*` `?` `[a-z]` `[!a]` `[[:alpha:]]` `\x`, and `**` as a whole component. With
//            Slash::boundary a wildcard or set never matches `/`; with Slash::ordinary every `*` does. A malformed glob
//            (`[a`, a trailing backslash) is no error: it matches nothing.
//   ripgrep  what `rg -g` takes: no classes by name, a set may match `/`, no escapes inside sets, `{a,b}` with nesting,
//            and `**` as a whole component whatever a slash is. A malformed glob is an error.
//
// Bytes are matched, not characters; case folding is that of ASCII. Immutable, thread safe. Matching allocates nothing
// and is never exponential: a wildcard that failed is never tried again from further left.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::fsops {

enum class GlobDialect { git, ripgrep };
enum class Slash { ordinary, boundary };
enum class LetterCase { exact, folded };
enum class Backslash { escapes, literal };         // ripgrep only
enum class EmptyAlternates { dropped, matching };  // ripgrep only: whether `a{,b}` matches `a`

struct GlobSyntax {
  GlobDialect dialect = GlobDialect::git;
  Slash slash = Slash::boundary;
  LetterCase letter_case = LetterCase::exact;
  Backslash backslash = Backslash::escapes;
  EmptyAlternates empty_alternates = EmptyAlternates::dropped;
};

enum class GlobFault {
  unclosed_class,
  invalid_range,
  unclosed_alternates,
  unopened_alternates,
  dangling_escape,
  too_many_alternates,  // more than 1,024 globs after `{a,b}` was written out
};
std::string_view to_string(GlobFault fault);

class Glob {
 public:
  // A fault only in the ripgrep dialect.
  static std::expected<Glob, GlobFault> compile(std::string_view pattern, const GlobSyntax& syntax = {});

  bool matches(std::string_view text) const;

 private:
  enum class Action : std::uint8_t {
    literal,        // the byte `operand`
    any,            // one byte
    any_in_name,    // one byte but `/`
    set,            // a byte of sets_[operand]
    star,           // any bytes
    star_in_name,   // any bytes but `/`
    whole_parents,  // `**/`: nothing, or any bytes up to a `/`
  };
  struct Step {
    Action action;
    std::uint16_t operand = 0;
  };
  using ByteSet = std::array<std::uint64_t, 4>;
  using Program = std::vector<Step>;
  class Compiler;

  bool runs(const Program& program, std::string_view text) const;
  bool takes(const Step& step, unsigned char byte) const;

  std::vector<Program> programs_;  // one of them must match; none: nothing does
  std::vector<ByteSet> sets_;
  LetterCase letter_case_ = LetterCase::exact;
};

}  // namespace tenon::fsops
