#include "native/fsops/walk_filter.h"

#include <utility>

#include <fmt/format.h>

#include "core/error.h"

namespace tenon::fsops {
namespace {

std::string_view trimmed(std::string_view pattern) {
  while (pattern.ends_with(' ') && !pattern.ends_with("\\ ")) pattern.remove_suffix(1);
  return pattern;
}

}  // namespace

WalkGlobs::WalkGlobs(const std::vector<WalkGlob>& globs) {
  for (const WalkGlob& each : globs) {
    std::string_view pattern = trimmed(each.pattern);
    if (pattern.starts_with('#')) continue;
    const bool skips = pattern.starts_with('!');
    if (skips) pattern.remove_prefix(1);
    const bool directories_only = pattern.ends_with('/');
    const bool whole_path = pattern.contains('/') && pattern.find('/') + 1 != pattern.size();
    if (pattern.starts_with('/')) pattern.remove_prefix(1);
    if (directories_only && !pattern.empty()) pattern.remove_suffix(1);
    if (pattern.empty()) continue;
    // Everything in a directory, but not the directory itself.
    const std::string text = pattern.ends_with("/**") ? std::string(pattern) + "/*" : std::string(pattern);
    auto glob = Glob::compile(text, {.dialect = GlobDialect::ripgrep, .letter_case = each.letter_case});
    if (!glob) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("the glob \"{}\" has {}", each.pattern, to_string(glob.error())),
                  "A glob is like a line of .gitignore, with {a,b} besides.");
    }
    any_listed_ = any_listed_ || !skips;
    rules_.push_back(
        {.glob = *std::move(glob), .listed = !skips, .directories_only = directories_only, .whole_path = whole_path});
  }
}

WalkGlobs::Verdict WalkGlobs::decide(std::string_view path, std::string_view name, IgnoreKind kind) const {
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (rule->directories_only && kind != IgnoreKind::directory) continue;
    if (rule->glob.matches(rule->whole_path ? path : name)) return rule->listed ? Verdict::listed : Verdict::skipped;
  }
  return any_listed_ && kind == IgnoreKind::file ? Verdict::skipped : Verdict::silent;
}

WalkFilter::WalkFilter(const TreeWalkOptions& options, WalkPrefixes prefixes)
    : globs_(options.globs),
      tracked_(options.tracked.begin(), options.tracked.end()),
      prefixes_(std::move(prefixes)),
      names_(options.names),
      skip_hidden_(options.hidden == HiddenEntries::skipped),
      obey_ignore_files_(options.ignore_files == IgnoreFiles::obeyed) {
  for (const std::string& path : options.tracked) {
    for (std::size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0;
         slash = path.rfind('/', slash - 1)) {
      if (!tracked_directories_.insert(path.substr(0, slash)).second) break;
    }
  }
}

WalkFilter::Verdict WalkFilter::decide(const IgnoreStack& stack, std::string_view path, std::string_view name,
                                       IgnoreKind kind) const {
  if (!globs_.empty()) {
    const WalkGlobs::Verdict verdict = decide_globs(path, name, kind);
    if (verdict == WalkGlobs::Verdict::listed) return Verdict::listed;
    if (verdict == WalkGlobs::Verdict::skipped) return Verdict::skipped;
  }
  bool whitelisted = false;
  if (obey_ignore_files_) {
    const IgnoreDecision decision = stack.decide(path, kind);
    if (decision.ignored()) return tracked_.empty() ? Verdict::skipped : decide_tracked(path, kind);
    whitelisted = decision.included();
  }
  if (names_ && kind == IgnoreKind::file) {
    const NameVerdict verdict = names_(name);
    if (verdict == NameVerdict::skipped) return Verdict::skipped;
    whitelisted = whitelisted || verdict == NameVerdict::listed;
  }
  return skip_hidden_ && !whitelisted && name.starts_with('.') ? Verdict::skipped : Verdict::listed;
}

WalkGlobs::Verdict WalkFilter::decide_globs(std::string_view path, std::string_view name, IgnoreKind kind) const {
  if (!prefixes_.named) return globs_.decide(path.substr(prefixes_.glob_length), name, kind);
  const std::string named = *prefixes_.named + std::string(path.substr(prefixes_.root_length));
  return globs_.decide(named, name, kind);
}

WalkFilter::Verdict WalkFilter::decide_tracked(std::string_view path, IgnoreKind kind) const {
  const std::string relative(path.substr(prefixes_.root_length));
  if (kind == IgnoreKind::file) return tracked_.contains(relative) ? Verdict::listed : Verdict::skipped;
  return tracked_directories_.contains(relative) ? Verdict::tracked_only : Verdict::skipped;
}

}  // namespace tenon::fsops
