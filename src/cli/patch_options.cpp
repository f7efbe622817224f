#include "cli/patch_options.h"

#include <CLI/CLI.hpp>

#include "core/error.h"
#include "native/fsops/glob.h"

namespace tenon::cli {
namespace {

using namespace diff::patch;

const std::map<std::string, WhitespaceAction> kWhitespaceActions = {
    {"ignore", WhitespaceAction::ignore},    {"nowarn", WhitespaceAction::ignore}, {"warn", WhitespaceAction::warn},
    {"fix", WhitespaceAction::fix},          {"strip", WhitespaceAction::fix},     {"error", WhitespaceAction::refuse},
    {"error-all", WhitespaceAction::refuse},
};

WhitespaceAction whitespace_action(const std::string& word) {
  const auto found = kWhitespaceActions.find(word);
  if (found != kWhitespaceActions.end()) return found->second;
  throw CLI::ValidationError("--whitespace", "is one of ignore, warn, fix, error");
}

std::string with_slash(std::string directory) {
  if (!directory.empty() && !directory.ends_with('/')) directory += '/';
  return directory;
}

std::vector<fsops::Glob> globs(const std::vector<std::string>& patterns) {
  std::vector<fsops::Glob> compiled;
  for (const std::string& pattern : patterns) {
    auto glob = fsops::Glob::compile(pattern, {.slash = fsops::Slash::ordinary});
    if (!glob) throw Error(ErrorCode::invalid_argument, "the glob \"" + pattern + "\" is malformed");
    compiled.push_back(*std::move(glob));
  }
  return compiled;
}

bool any_matches(const std::vector<fsops::Glob>& patterns, const std::string& name) {
  return std::ranges::any_of(patterns, [&](const fsops::Glob& glob) { return glob.matches(name); });
}

void declare_places(CLI::App& app, PatchOptions& options) {
  app.add_flag_callback(
         "--nearest", [&options] { options.apply.policy = MatchPolicy::nearest; },
         "Take the nearest place where a hunk fits, as git does, even if there are others")
      ->group("Places");
  app.add_option_function<std::uint32_t>(
         "-C", [&options](std::uint32_t lines) { options.apply.least_context = lines; },
         "So many context lines at each end of a hunk must match (default: all)")
      ->group("Places");
  app.add_flag_callback(
         "--unidiff-zero", [&options] { options.apply.zero_context = ZeroContext::accepted; },
         "Trust the line numbers of hunks without context")
      ->group("Places");
  app.add_flag_callback(
         "--recount", [&options] { options.parse.counts = Counts::ignored; },
         "Count the lines of hunks instead of believing their headers")
      ->group("Places");
}

void declare_three_way(CLI::App& app, PatchOptions& options) {
  CLI::Option* three_way = app.add_flag("-3,--3way", options.three_way,
                                        "Merge with what the patch was made from, if the repository around the\n"
                                        "directory has it; conflicts are written with markers");
  three_way->excludes("--reject")->group("Merging");
  const auto prefer = [&](const char* name, diff::Preference preference, const char* what) {
    app.add_flag_callback(
           name, [&options, preference] { options.preference = preference; }, what)
        ->needs(three_way)
        ->group("Merging");
  };
  prefer("--ours", diff::Preference::ours, "Where both changed the same lines, take those of the directory");
  prefer("--theirs", diff::Preference::theirs, "Take those of the patch");
  prefer("--union", diff::Preference::both_sides, "Take both");
}

void declare_names(CLI::App& app, PatchOptions& options) {
  app.add_option_function<std::uint32_t>(
         "-p,--strip", [&options](std::uint32_t components) { options.parse.strip = components; },
         "Take so many leading directories off names (default: 1)")
      ->group("Names");
  app.add_option_function<std::string>(
         "--directory", [&options](const std::string& root) { options.parse.directory = with_slash(root); },
         "Put this directory before all names")
      ->group("Names");
  app.add_option("--include", options.include, "Only files that match the glob")->group("Names");
  app.add_option("--exclude", options.exclude, "Not the files that match the glob")->group("Names");
}

void declare_whitespace(CLI::App& app, PatchOptions& options) {
  app.add_option_function<std::string>(
         "--whitespace", [&options](const std::string& word) { options.apply.whitespace = whitespace_action(word); },
         "What to do about whitespace errors in added lines: ignore, warn (default), fix, error")
      ->group("Whitespace");
  app.add_flag_callback(
         "--ignore-space-change,--ignore-whitespace",
         [&options] { options.apply.whitespace_match = WhitespaceMatch::ignore_amount; },
         "Amounts of whitespace do not matter in context lines")
      ->group("Whitespace");
}

}  // namespace

std::vector<std::string> PatchOptions::for_diffs_only() const {
  std::vector<std::string> names;
  const auto add_if = [&](bool given, const char* name) {
    if (given) names.emplace_back(name);
  };
  add_if(reverse, "-R");
  add_if(reject, "--reject");
  add_if(three_way, "--3way");
  add_if(parse.strip.has_value(), "-p");
  add_if(!parse.directory.empty(), "--directory");
  add_if(!include.empty(), "--include");
  add_if(!exclude.empty(), "--exclude");
  add_if(apply.policy != MatchPolicy::certain, "--nearest");
  add_if(apply.whitespace == WhitespaceAction::fix, "--whitespace=fix");
  add_if(apply.whitespace == WhitespaceAction::refuse, "--whitespace=error");
  return names;
}

void declare_patch_options(CLI::App& app, PatchOptions& options) {
  app.add_option("directory", options.directory, "The directory to change (default: this one)");
  app.add_option("-i,--input", options.input, "Read the patch from this file instead of standard input");
  app.add_flag("--check,--dry-run", options.check, "Only say whether it applies, and where");
  app.add_flag("-R,--reverse", options.reverse, "Undo the patch");
  app.add_flag("--reject", options.reject, "Apply what fits; leave the rest in .rej files");
  app.add_flag("--allow-empty", options.allow_empty, "Input without any change is fine");
  app.add_flag("--stat", options.stat, "Only show how many lines change")->group("Telling");
  app.add_flag("--numstat", options.numstat, "The same for programs")->group("Telling");
  app.add_flag("--summary", options.summary, "Only show what is created, removed, renamed")->group("Telling");
  declare_places(app, options);
  declare_three_way(app, options);
  declare_names(app, options);
  declare_whitespace(app, options);
}

FileFilter file_filter(const PatchOptions& options) {
  return [included = globs(options.include), excluded = globs(options.exclude)](const FilePatch& file) {
    if (any_matches(excluded, file.name())) return false;
    return included.empty() || any_matches(included, file.name());
  };
}

}  // namespace tenon::cli
