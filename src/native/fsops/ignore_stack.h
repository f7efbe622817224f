// The ignore files that count at a place of a tree, from the place upwards. Precedence, as ripgrep and git have it: any
// `.ignore`, nearest first; then `.gitignore`, nearest first, up to the repository's top; then its `.git/info/exclude`;
// then the global excludes. Git's files count only inside a repository, unless the base says otherwise.
//
// A level is immutable and shared by all stacks that were made from it. Thread safe; copying is cheap.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "native/fsops/ignore_rules.h"

namespace tenon::fsops {

enum class IgnoreSource { dot_ignore, gitignore, info_exclude, global_excludes };

// What decided about an entry; it lives as long as the stack.
struct IgnoreDecision {
  const IgnoreRule* rule = nullptr;
  IgnoreSource source = IgnoreSource::gitignore;
  std::string_view directory;  // of the level that has the rule

  bool ignored() const { return rule != nullptr && !rule->includes; }
  bool included() const { return rule != nullptr && rule->includes; }
};

// What was found in one directory.
struct IgnoreLevel {
  std::string directory;  // without a `/` at its end; empty: what all paths are relative to
  IgnoreRules dot_ignore;
  IgnoreRules gitignore;
  IgnoreRules info_exclude;
  bool repository = false;  // the top of one: git's files of the directories above do not count
};

struct IgnoreBase {
  IgnoreRules global_excludes;  // relative to the top of the repository
  LetterCase letter_case = LetterCase::exact;
  bool outside_repositories = false;  // git's files count everywhere
};

class IgnoreStack {
 public:
  explicit IgnoreStack(IgnoreBase base);

  // The stack for `level.directory`, which must be below the directories of this one, and for what is below it.
  IgnoreStack with(IgnoreLevel level) const;

  // About the entry itself, whose parents are not ignored. `path` like IgnoreLevel::directory.
  IgnoreDecision decide(std::string_view path, IgnoreKind kind) const;

  // Parents first: the first directory that is ignored decides for all that is below it. This must be the stack of the
  // directory that the entry is in.
  IgnoreDecision decide_with_parents(std::string_view path, IgnoreKind kind) const;

 private:
  struct Node {
    IgnoreLevel level;
    std::shared_ptr<const Node> parent;
    // The nearest node at or above this one that has something to say; null: none.
    const Node* dot_ignore = nullptr;
    const Node* gitignore = nullptr;   // within the repository
    const Node* repository = nullptr;  // the top of the repository
  };

  static std::string_view relative(std::string_view path, const Node& node);

  std::shared_ptr<const IgnoreBase> base_;
  std::shared_ptr<const Node> top_;
};

}  // namespace tenon::fsops
