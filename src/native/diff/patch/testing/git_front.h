// A front like `git apply` over the library, so that the tables of git's own tests can run. For tests.
#pragma once

#include <charconv>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/testing/test_data.h"
#include "native/diff/patch/applier.h"
#include "native/diff/patch/change_writer.h"
#include "native/diff/patch/parser.h"
#include "native/diff/patch/statistics.h"
#include "native/diff/patch/testing/git_front_trees.h"
#include "native/diff/patch/workspace_tree.h"
#include "native/fsops/glob.h"

namespace tenon::diff::patch::testing {

// Ends a run as git does: 128 for a patch or option that makes no sense, 129 for usage, 1 for one that does not apply.
struct Exit {
  int code = 0;
  std::string reason;
};

struct NameFilter {
  bool includes = true;
  fsops::Glob glob;
};

struct FrontOptions {
  ParseOptions parse{.counts = Counts::trusted};
  ApplyOptions apply{.policy = MatchPolicy::nearest, .line_ends = LineEnds::exact};
  Scope scope = Scope::work_tree;
  bool reverse = false;
  bool check = false;
  bool stat = false;
  bool numstat = false;
  bool summary = false;
  bool force_apply = false;
  bool three_way = false;
  bool allow_empty = false;
  bool intent_to_add = false;
  Preference preference = Preference::none;
  std::vector<NameFilter> filters;

  bool writes() const { return force_apply || !(check || stat || numstat || summary); }
};

inline WhitespaceAction whitespace_action(const std::string& word) {
  if (word == "nowarn") return WhitespaceAction::ignore;
  if (word == "warn") return WhitespaceAction::warn;
  if (word == "fix" || word == "strip") return WhitespaceAction::fix;
  return WhitespaceAction::refuse;
}

inline std::uint32_t count_of(const std::string& text) {
  std::uint32_t count = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failure != std::errc() || end != text.data() + text.size()) throw Exit{128, "not a number: " + text};
  return count;
}

// `./a/./b/` → `a/b/`
inline std::string normalized_directory(std::string_view text) {
  std::string directory;
  while (!text.empty()) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string_view component = text.substr(0, slash);
    text.remove_prefix(std::min(slash + 1, text.size()));
    if (component == "..") throw Exit{129, "cannot normalize the directory"};
    if (!component.empty() && component != ".") directory += std::string(component) + "/";
  }
  return directory;
}

class FrontOptionReader {
 public:
  static FrontOptions read(const std::vector<std::string>& arguments,
                           const std::map<std::string, std::string>& config) {
    FrontOptionReader reader;
    reader.read_config(config);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      std::string argument = arguments[i];
      if (argument == "-p") argument += arguments.at(++i);
      reader.read(argument);
    }
    if (reader.options_.apply.failures == Failures::leave_rejects && reader.options_.three_way) {
      throw Exit{128, "--reject and --3way"};
    }
    return reader.options_;
  }

 private:
  void read_config(const std::map<std::string, std::string>& config) {
    const auto value = [&](const char* key) {
      const auto found = config.find(key);
      return found == config.end() ? std::string() : found->second;
    };
    if (!value("apply.whitespace").empty()) options_.apply.whitespace = whitespace_action(value("apply.whitespace"));
    if (value("apply.ignorewhitespace") == "change") {
      options_.apply.whitespace_match = WhitespaceMatch::ignore_amount;
    }
  }

  void read(const std::string& argument) {
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : argument.substr(equals + 1);
    if (const auto flag = flags().find(name); flag != flags().end()) return flag->second(options_);
    if (name == "--whitespace") {
      options_.apply.whitespace = whitespace_action(value);
    } else if (name == "--directory") {
      options_.parse.directory = normalized_directory(value);
    } else if (name == "--include" || name == "--exclude") {
      options_.filters.push_back(
          {.includes = name == "--include", .glob = *fsops::Glob::compile(value, {.slash = fsops::Slash::ordinary})});
    } else if (argument.starts_with("-p")) {
      options_.parse.strip = count_of(argument.substr(2));
    } else if (argument.starts_with("-C")) {
      options_.apply.least_context = count_of(argument.substr(2));
    } else {
      throw Exit{129, "unknown option " + argument};
    }
  }

  using Flag = void (*)(FrontOptions&);
  static const std::map<std::string, Flag>& flags() {
    constexpr Flag kNothing = [](FrontOptions&) {};
    static const std::map<std::string, Flag> kFlags = {
        {"-v", kNothing},
        {"--verbose", kNothing},
        {"-q", kNothing},
        {"--quiet", kNothing},
        {"--binary", kNothing},
        {"--allow-binary-replacement", kNothing},
        {"-R", [](FrontOptions& o) { o.reverse = true; }},
        {"--reverse", [](FrontOptions& o) { o.reverse = true; }},
        {"--check", [](FrontOptions& o) { o.check = true; }},
        {"--stat", [](FrontOptions& o) { o.stat = true; }},
        {"--numstat", [](FrontOptions& o) { o.numstat = true; }},
        {"--summary", [](FrontOptions& o) { o.summary = true; }},
        {"--apply", [](FrontOptions& o) { o.force_apply = true; }},
        {"--index", [](FrontOptions& o) { o.scope = Scope::index_and_work_tree; }},
        {"--cached", [](FrontOptions& o) { o.scope = Scope::index; }},
        {"--3way", read_three_way},
        {"-3", read_three_way},
        {"--theirs", [](FrontOptions& o) { o.preference = Preference::theirs; }},
        {"--ours", [](FrontOptions& o) { o.preference = Preference::ours; }},
        {"--union", [](FrontOptions& o) { o.preference = Preference::both_sides; }},
        {"--reject", [](FrontOptions& o) { o.apply.failures = Failures::leave_rejects; }},
        {"--recount", [](FrontOptions& o) { o.parse.counts = Counts::ignored; }},
        {"--unidiff-zero", [](FrontOptions& o) { o.apply.zero_context = ZeroContext::accepted; }},
        {"--inaccurate-eof", [](FrontOptions& o) { o.apply.inaccurate_end = true; }},
        {"--allow-empty", [](FrontOptions& o) { o.allow_empty = true; }},
        {"-N", [](FrontOptions& o) { o.intent_to_add = true; }},
        {"--ignore-space-change", [](FrontOptions& o) { o.apply.whitespace_match = WhitespaceMatch::ignore_amount; }},
        {"--ignore-whitespace", [](FrontOptions& o) { o.apply.whitespace_match = WhitespaceMatch::ignore_amount; }},
    };
    return kFlags;
  }

  static void read_three_way(FrontOptions& options) {
    options.three_way = true;
    if (options.scope == Scope::work_tree) options.scope = Scope::index_and_work_tree;
  }

  FrontOptions options_;
};

// The attributes `whitespace` and `text` of a path, from .gitattributes at the root and the configuration.
class Attributes {
 public:
  explicit Attributes(const CaseWorld& world) {
    if (const auto found = world.config.find("core.whitespace"); found != world.config.end()) {
      configured_ = WhitespaceRule::parse(found->second);
    }
    const auto file = world.files.find(".gitattributes");
    if (file == world.files.end()) return;
    for (const std::string& line : tenon::testing::lines_of(file->second.bytes)) {
      const std::size_t space = line.find(' ');
      rules_[line.substr(0, space)] = line.substr(space + 1);
    }
  }

  WhitespaceRule whitespace(const std::string& path) const {
    const auto found = rules_.find(path);
    constexpr std::string_view kValue = "whitespace=";
    if (found == rules_.end()) return configured_;
    if (found->second == "-whitespace") return WhitespaceRule::none();
    return found->second.starts_with(kValue) ? WhitespaceRule::parse(found->second.substr(kValue.size())) : configured_;
  }

  // git compares such files without their carriage returns.
  bool converts_line_ends() const {
    return std::ranges::any_of(rules_, [](const auto& rule) { return rule.second == "text=auto"; });
  }

 private:
  WhitespaceRule configured_;
  std::map<std::string, std::string> rules_;
};

class GitFront {
 public:
  GitFront(CaseWorld& world, FrontOptions options) : world_(world), options_(std::move(options)), attributes_(world) {
    options_.parse.prefix = world.prefix;
    options_.parse.emptiness = options_.writes() || options_.check ? Emptiness::refused : Emptiness::allowed;
    if (options_.allow_empty) options_.parse.emptiness = Emptiness::allowed;
    options_.apply.whitespace_rule = [this](const std::string& path) { return attributes_.whitespace(path); };
    options_.apply.blobs = &world.blobs;
    if (attributes_.converts_line_ends()) options_.apply.line_ends = LineEnds::adapted;
    if (options_.three_way) {
      const bool diff3 = world.config.contains("merge.conflictstyle");
      options_.apply.three_way = {
          .blobs = &world.blobs,
          .merge = {.style = diff3 ? ConflictStyle::diff3 : ConflictStyle::merge, .preference = options_.preference}};
    }
  }
  GitFront(const GitFront&) = delete;
  GitFront& operator=(const GitFront&) = delete;

  // Instead of the files in memory; only for the scope of the work tree.
  void use_directory(const fsops::Workspace& workspace) { workspace_ = &workspace; }

  // Applies one input; throws Exit unless all is well.
  void run(std::string text) {
    auto parsed = parse_patch(std::move(text), options_.parse);
    if (!parsed) throw Exit{128, fmt::format("line {}: {}", parsed.error().line, parsed.error().message)};
    if (parsed->files.empty() && !options_.allow_empty) throw Exit{128, "no patch"};
    Patch patch = options_.reverse ? reversed(*std::move(parsed)) : *std::move(parsed);
    std::erase_if(patch.files, [&](const FilePatch& file) { return !is_wanted(file.name()); });
    const int code = options_.writes() || options_.check ? apply(patch) : 0;
    if (options_.stat) out_ += stat_text(patch);
    if (options_.numstat) out_ += numstat_text(patch);
    if (options_.summary) out_ += summary_text(patch);
    if (code != 0) throw Exit{code, reason_};
  }

  const std::string& out() const { return out_; }
  ApplyOptions& apply_options() { return options_.apply; }

 private:
  bool is_wanted(const std::string& name) const {
    if (!name.starts_with(world_.prefix)) return false;
    bool includes = false;
    for (const NameFilter& filter : options_.filters) {
      if (filter.glob.matches(name)) return filter.includes;
      includes = includes || filter.includes;
    }
    return !includes;
  }

  int apply(const Patch& patch) {
    const Application application = workspace_ != nullptr
                                        ? apply_patch(patch, WorkspaceTree(*workspace_), options_.apply)
                                        : apply_patch(patch, ScopedTree(world_, options_.scope), options_.apply);
    for (const FileReport& file : application.files) {
      if (!file.problem.empty()) reason_ += file.problem + "; ";
    }
    if (application.refused_names) throw Exit{128, reason_};
    const bool refuses_whitespace =
        options_.apply.whitespace == WhitespaceAction::refuse && !application.whitespace.empty();
    const bool complete = application.complete();
    const bool rejects = options_.apply.failures == Failures::leave_rejects;
    if (!complete && !rejects) throw Exit{1, reason_};
    if (refuses_whitespace) throw Exit{128, "whitespace: " + application.whitespace.front().problem};
    if (options_.writes()) write(application);
    const bool conflicts = std::ranges::any_of(application.files, &FileReport::conflicts);
    return complete && !conflicts ? 0 : 1;
  }

  void write(const Application& application) {
    if (workspace_ != nullptr) return write_changes(*workspace_, application.changes);
    if (options_.scope != Scope::index) write_to(world_.files, application.changes);
    if (options_.scope != Scope::work_tree) write_to(world_.index, application.changes);
    for (const FileChange& change : application.changes.changes) {
      const bool is_new = !change.before && change.after;
      if (is_new && options_.intent_to_add && options_.scope == Scope::work_tree) world_.index[change.path] = {};
    }
    for (const FileReport& file : application.files) {
      if (options_.apply.failures == Failures::leave_rejects && !file.rejects.empty()) {
        world_.files[file.path + ".rej"] = {.bytes = file.rejects};
      }
      if (file.conflicts) stage(file);
    }
  }

  void stage(const FileReport& file) {
    world_.index.erase(file.path);
    if (file.base) world_.stages[file.path]["1"] = *file.base;
    world_.stages[file.path]["2"] = *file.ours;
    world_.stages[file.path]["3"] = *file.theirs;
  }

  CaseWorld& world_;
  const fsops::Workspace* workspace_ = nullptr;
  FrontOptions options_;
  Attributes attributes_;
  std::string out_;
  std::string reason_;
};

}  // namespace tenon::diff::patch::testing
