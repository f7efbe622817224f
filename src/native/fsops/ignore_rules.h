// One file of ignore patterns, compiled: the exact semantics of gitignore(5) as git 2.55 executes them (dir.c), also
// for
// `.ignore`, `.git/info/exclude` and core.excludesFile. The last pattern that matches decides; `!` includes again.
//
// Patterns that are a name, a path or `*.ext` are looked up, the rest is tried from the end of the file: deciding costs
// one or two hash look-ups for most entries, and allocates nothing. Immutable, thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "native/fsops/glob.h"

namespace tenon::fsops {

enum class IgnoreKind { file, directory };

// An entry of the file system, as rules see it. The hash is computed once for all rules that are asked.
struct IgnoreSubject {
  std::string_view path;  // relative to the directory of the rules, `/` between components
  std::string_view name;  // last component
  IgnoreKind kind = IgnoreKind::file;
  std::uint64_t name_hash = 0;
};
std::uint64_t ignore_name_hash(std::string_view name, LetterCase letter_case);

struct IgnoreRule {
  std::string text;        // as in the file, without trailing blanks
  std::uint32_t line = 0;  // from 1
  bool includes = false;   // `!`
};

class IgnoreRules {
 public:
  // No rules.
  IgnoreRules() = default;

  // `text` is the content of a file; any bytes are taken.
  static IgnoreRules parse(std::string_view text, LetterCase letter_case = LetterCase::exact);

  // The deciding rule for the entry itself, null if none: whoever asks must have asked about its parents first, since a
  // file cannot be included again when a directory above it is ignored.
  const IgnoreRule* decide(const IgnoreSubject& subject) const;

  bool empty() const { return rules_.empty(); }

 private:
  friend class IgnoreRulesParser;

  enum class Scope : std::uint8_t { name, path };  // what the pattern is compared with
  enum class Shape : std::uint8_t { literal, suffix, prefix, everything, glob };
  struct Matcher {
    std::string literal;  // of literal, suffix and prefix
    std::uint32_t glob = 0;
    Scope scope = Scope::name;
    Shape shape = Shape::literal;
    bool directories_only = false;
  };
  struct Bucket {
    std::uint64_t hash = 0;
    std::uint32_t rule = 0;
  };

  bool matches(std::uint32_t rule, const IgnoreSubject& subject) const;

  std::vector<IgnoreRule> rules_;
  std::vector<Matcher> matchers_;  // of the rule with the same index
  std::vector<Glob> globs_;
  std::vector<Bucket> by_name_;        // sorted by hash, last rule first: literals, by their last component
  std::vector<Bucket> by_extension_;   // likewise: `*.ext`
  std::vector<std::uint64_t> filter_;  // a bit for each hash in by_name_ and by_extension_
  std::vector<std::uint32_t> others_;  // last rule first
  LetterCase letter_case_ = LetterCase::exact;
};

}  // namespace tenon::fsops
