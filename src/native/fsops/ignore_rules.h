// One file of ignore patterns, compiled: the exact semantics of gitignore(5) as git 2.55 executes them (dir.c), also
// for
// `.ignore`, `.git/info/exclude` and core.excludesFile. The last pattern that matches decides; `!` includes again.
//
// Patterns that are a name, a path or `*.ext` are looked up, the rest is tried from the end of the file: deciding costs
// one or two hash look-ups for most entries, and allocates nothing. Immutable, thread safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native/fsops/glob.h"

namespace tenon::fsops {

enum class IgnoreKind { file, directory };

// An entry of the file system, as rules see it. The hashes are computed once for all rules that are asked.
struct IgnoreSubject {
  // `path` is relative to the directory of the rules; `letter_case` is that of the rules.
  IgnoreSubject(std::string_view path, IgnoreKind kind, LetterCase letter_case);

  std::string_view path;
  std::string_view name;  // its last component
  IgnoreKind kind;
  std::uint64_t name_hash;
  std::uint64_t extension_hash;  // of what follows the last dot; 0: there is none
};

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
  class Parser;

  enum class Scope : std::uint8_t { name, path };  // what the pattern is compared with
  enum class Shape : std::uint8_t { literal, suffix, prefix, everything, glob };
  struct Matcher {
    std::string literal;  // of literal, suffix and prefix
    std::uint32_t glob = 0;
    Scope scope = Scope::name;
    Shape shape = Shape::literal;
    bool directories_only = false;
  };

  // Rules by the hash of what they look for; most entries are turned away by one bit.
  class Lookup {
   public:
    void add(std::uint64_t hash, std::uint32_t rule);
    void finish();
    // The candidates, last rule first.
    std::span<const std::pair<std::uint64_t, std::uint32_t>> find(std::uint64_t hash) const;

   private:
    std::vector<std::pair<std::uint64_t, std::uint32_t>> entries_;
    std::vector<std::uint64_t> filter_;
  };

  bool matches(std::uint32_t rule, const IgnoreSubject& subject) const;
  bool same(std::string_view text, std::string_view literal) const;

  std::vector<IgnoreRule> rules_;
  std::vector<Matcher> matchers_;  // of the rule with the same index
  std::vector<Glob> globs_;
  Lookup by_name_;                     // literals, by their last component
  Lookup by_extension_;                // `*.ext`
  std::vector<std::uint32_t> others_;  // last rule first
  LetterCase letter_case_ = LetterCase::exact;
};

}  // namespace tenon::fsops
