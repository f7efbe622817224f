// The ignore files that count at a place of a tree, from the place upwards. Precedence, as ripgrep and git have it: any
// `.ignore`, nearest first; then `.gitignore`, nearest first, up to the repository's top; then its `.git/info/exclude`;
// then the global excludes. Git's files count only inside a repository, unless the options say otherwise.
//
// A level is immutable and shared by all that is below it. Thread safe.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "native/fsops/ignore_rules.h"

namespace tenon::fsops {

enum class IgnoreSource { dot_ignore, gitignore, info_exclude, global_excludes };

struct IgnoreDecision {
  const IgnoreRule* rule = nullptr;
  IgnoreSource source = IgnoreSource::gitignore;
  std::string_view directory;  // path of the deciding level; lives as long as the stack
  bool ignored() const { return rule != nullptr && !rule->includes; }
  bool included() const { return rule != nullptr && rule->includes; }
};

class IgnoreStack {
 public:
  // What was found in one directory; nothing where there is no such file.
  struct Level {
    std::string directory;  // path without a `/` at its end; empty: what all paths are relative to
    std::optional<IgnoreRules> dot_ignore;
    std::optional<IgnoreRules> gitignore;
    std::optional<IgnoreRules> info_exclude;
    bool repository = false;  // it is the top of one: patterns of git from above end here
  };
  struct Base {
    std::shared_ptr<const IgnoreRules> global_excludes;  // relative to the top of each repository
    LetterCase letter_case = LetterCase::exact;
    bool outside_repositories = false;  // git's files count everywhere
  };

  // Nothing is ignored, but for global excludes.
  explicit IgnoreStack(Base base);

  // The stack for `level.directory` and what is below it.
  IgnoreStack with(Level level) const;

  // About the entry itself; its parents were asked before. `path` as Level::directory, `name` its last component.
  IgnoreDecision decide(std::string_view path, std::string_view name, IgnoreKind kind) const;

  // The same, parents first: the first directory that is ignored decides for all that is below it. For single paths; a
  // walk has asked about the parents already.
  IgnoreDecision decide_with_parents(std::string_view path, IgnoreKind kind) const;

  // False when no rule at all counts here.
  bool has_rules() const;

 private:
  struct Node {
    Level level;
    std::shared_ptr<const Node> parent;
    bool any_dot_ignore = false;  // here or above
    bool any_git = false;         // here or above, within the repository
    bool inside_repository = false;
  };

  std::shared_ptr<const Base> base_;
  std::shared_ptr<const Node> top_;
};

}  // namespace tenon::fsops
