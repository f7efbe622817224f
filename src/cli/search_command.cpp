#include "cli/search_command.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <iostream>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/index_home.h"
#include "cli/search_printer.h"
#include "cli/walk_flags.h"
#include "core/error.h"
#include "native/fsops/file_descriptor.h"
#include "native/index/search/file_scanner.h"
#include "native/index/tree/tree_index.h"

namespace tenon::cli {
namespace {

constexpr int kNothingFound = 1;
constexpr int kTrouble = 2;

struct Options {
  std::vector<std::string> words;  // the pattern, unless -e has it, and the paths
  std::vector<std::string> patterns;
  WalkFlags walk;
  std::vector<std::string> types;
  std::vector<std::string> types_not;
  bool ignore_case = false;
  bool smart_case = false;
  bool case_sensitive = false;
  bool fixed = false;
  bool word = false;
  bool line = false;
  bool invert = false;
  bool numbers = false;
  bool no_numbers = false;
  bool count = false;
  bool count_matches = false;
  bool files = false;
  bool only_matching = false;
  bool text = false;
  bool with_filename = false;
  bool no_filename = false;
  bool heading = false;
  bool no_heading = false;
  bool no_index = false;
  std::uint32_t context = 0;
  std::uint32_t before = 0;
  std::uint32_t after = 0;
  std::optional<std::uint64_t> max_count;
  std::string colour = "auto";
};

std::vector<const index::Language*> languages(const std::vector<std::string>& names) {
  std::vector<const index::Language*> found;
  for (const std::string& name : names) {
    const index::Language* language = index::language_named(name);
    if (language == nullptr) {
      throw Error(ErrorCode::invalid_argument, fmt::format("there is no file type {}", name),
                  "`tenon search --type-list` prints all of them.");
    }
    found.push_back(language);
  }
  return found;
}

bool input_is_searched() {
  struct stat status{};
  if (::fstat(STDIN_FILENO, &status) != 0) return false;
  return S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
}

class Search {
 public:
  Search(const Options& options, const NativeContext& context)
      : options_(options),
        context_(context),
        search_(search_options(options, context)),
        pattern_(search_.pattern),
        filter_{.only = languages(options.types), .without = languages(options.types_not)},
        walk_(walk_options(options.walk)) {
    paths_ = options.words;
    if (options.patterns.empty()) paths_.erase(paths_.begin());
    const bool one_file = paths_.size() == 1 && (paths_[0] == "-" || std::filesystem::is_regular_file(paths_[0]));
    const bool only_input = paths_.empty() && input_is_searched();
    if (only_input) paths_ = {"-"};
    printer_ = context.json ? json_printer(context.out) : text_printer(context.out, format(one_file || only_input));
  }

  int run() {
    if (paths_.empty()) search_directory("", "");
    for (const std::string& path : paths_) search_path(path);
    printer_->finish(summary_);
    for (const index::FileFailure& failure : summary_.failures) {
      std::cerr << fmt::format("{} {}: {}\n", error_terminal_.styled(Style::bad, "tenon:"), printable(failure.path),
                               failure.reason);
    }
    if (!summary_.failures.empty()) return kTrouble;
    return summary_.files_matched > 0 ? 0 : kNothingFound;
  }

 private:
  static index::SearchOptions search_options(const Options& options, const NativeContext& context) {
    index::SearchOptions search;
    search.pattern.patterns = options.patterns;
    if (options.patterns.empty()) {
      if (options.words.empty()) {
        throw Error(ErrorCode::invalid_argument, "there is no pattern to search for",
                    "Give one: `tenon search PATTERN [PATH…]`.");
      }
      search.pattern.patterns.push_back(options.words.front());
    }
    search.pattern.letter_case = options.case_sensitive ? index::CaseRule::sensitive
                                 : options.ignore_case  ? index::CaseRule::insensitive
                                 : options.smart_case   ? index::CaseRule::smart
                                                        : index::CaseRule::sensitive;
    search.pattern.syntax = options.fixed ? index::Syntax::literal : index::Syntax::regex;
    search.pattern.boundary = options.line   ? index::Boundary::line
                              : options.word ? index::Boundary::word
                                             : index::Boundary::none;
    if (options.files)
      search.report = index::Report::files_with_match;
    else if (options.count_matches || (options.count && options.only_matching))
      search.report = index::Report::count_matches;
    else if (options.count)
      search.report = index::Report::count_lines;
    search.selection = options.invert ? index::Selection::not_matching : index::Selection::matching;
    if (context.json || numbers(options, context)) search.line_numbers = index::LineNumbers::counted;
    if (context.json || options.only_matching || colour(options, context)) search.spans = index::Spans::reported;
    search.lines_before = std::max(options.context, options.before);
    search.lines_after = std::max(options.context, options.after);
    search.max_count = options.max_count;
    if (options.text) search.binary = index::BinaryFiles::as_text;
    return search;
  }

  static bool numbers(const Options& options, const NativeContext& context) {
    return options.numbers || (context.terminal.interactive && !options.no_numbers);
  }

  static bool colour(const Options& options, const NativeContext& context) {
    return options.colour == "always" || (options.colour == "auto" && context.terminal.colour);
  }

  SearchFormat format(bool one_file) const {
    SearchFormat format;
    format.printed = options_.files                             ? Printed::paths
                     : options_.count || options_.count_matches ? Printed::counts
                     : options_.only_matching                   ? Printed::matches_only
                                                                : Printed::lines;
    format.with_path = options_.with_filename || (!one_file && !options_.no_filename);
    format.heading = options_.heading || (context_.terminal.interactive && !options_.no_heading);
    format.line_numbers = numbers(options_, context_);
    format.colour = colour(options_, context_);
    format.context = search_.lines_before + search_.lines_after > 0;
    format.control_free = context_.terminal.interactive;
    return format;
  }

  // Results come from many threads, one at a time; a printer's failure ends the search and is thrown afterwards.
  index::ResultSink printing(const std::string& prefix) {
    return [this, prefix](index::FileResult&& part) {
      try {
        part.path.insert(0, prefix);
        printer_->print(part);
        return true;
      } catch (const Error&) {
        failure_ = std::current_exception();
        return false;
      }
    };
  }

  void add(index::SearchSummary part, const std::string& prefix) {
    if (failure_) std::rethrow_exception(failure_);
    summary_.files_searched += part.files_searched;
    summary_.files_matched += part.files_matched;
    summary_.matched_lines += part.matched_lines;
    summary_.matches += part.matches;
    for (index::FileFailure& failure : part.failures) {
      summary_.failures.push_back({prefix + failure.path, std::move(failure.reason)});
    }
  }

  void search_path(const std::string& path) {
    if (path == "-") return search_file(STDIN_FILENO, "<stdin>");
    const fsops::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    struct stat status{};
    if (!file || ::fstat(file.number(), &status) != 0) {
      summary_.failures.push_back({path, std::strerror(errno)});
      return;
    }
    if (S_ISDIR(status.st_mode)) return search_directory(path, path.ends_with('/') ? path : path + "/");
    search_file(file.number(), path);
  }

  void search_file(int descriptor, const std::string& path) {
    index::SearchOptions options = search_;
    if (options.binary == index::BinaryFiles::skipped) options.binary = index::BinaryFiles::announced;
    index::FileScanner scanner(pattern_, options);
    index::SearchSummary found{.files_searched = 1};
    const index::ResultSink sink = printing("");
    const auto counting = [&](index::FileResult&& part) {
      index::count(found, part);
      return sink(std::move(part));
    };
    if (auto failure = scanner.scan(descriptor, path, counting)) found.failures.push_back(std::move(*failure));
    add(std::move(found), "");
  }

  // `prefix` is what paths begin with in the output.
  void search_directory(const std::string& directory, const std::string& prefix) {
    const std::filesystem::path root = directory.empty() ? "." : directory;
    const index::ResultSink sink = printing(prefix);
    if (auto found = search_index(root, sink)) return add(std::move(*found), prefix);
    add(index::search_tree(root, pattern_, search_, walk_, filter_, sink), prefix);
  }

  // The index of the directory or of one above it, when there is one that covers what is asked.
  std::optional<index::SearchSummary> search_index(const std::filesystem::path& directory,
                                                   const index::ResultSink& sink) {
    const auto home = index_home();
    const index::IndexedTree as_indexed{.global_excludes = walk_.global_excludes, .threads = walk_.threads};
    if (options_.no_index || !home || !is_default_walk()) return std::nullopt;
    std::error_code failed;
    const std::filesystem::path real = std::filesystem::canonical(directory, failed);
    if (failed) return std::nullopt;
    for (std::filesystem::path root = real; root.has_relative_path(); root = root.parent_path()) {
      if (!index::IndexStore(*home, root).manifest()) continue;
      index::TreeIndex tree(
          {.home = *home, .root = root, .global_excludes = as_indexed.global_excludes, .threads = as_indexed.threads});
      if (!tree.open()) return std::nullopt;
      const std::string below = root == real ? std::string() : real.lexically_relative(root).string();
      const std::size_t cut = below.empty() ? 0 : below.size() + 1;
      const index::ResultSink shortened = [&](index::FileResult&& part) {
        part.path.erase(0, cut);
        return sink(std::move(part));
      };
      auto found = tree.search(pattern_, search_, filter_, below, index::Freshness::checked, shortened);
      if (found) {
        for (index::FileFailure& failure : found->failures) failure.path.erase(0, cut);
      }
      return found;
    }
    return std::nullopt;
  }

  bool is_default_walk() const {
    const WalkFlags& flags = options_.walk;
    return flags.globs.empty() && flags.folded_globs.empty() && !flags.hidden && !flags.no_ignore &&
           !flags.no_ignore_parent && !flags.no_require_git && flags.unrestricted == 0 && !flags.max_depth &&
           !flags.max_file_bytes;
  }

  const Options& options_;
  const NativeContext& context_;
  index::SearchOptions search_;
  index::LinePattern pattern_;
  index::LanguageFilter filter_;
  fsops::TreeWalkOptions walk_;
  std::vector<std::string> paths_;
  std::unique_ptr<SearchPrinter> printer_;
  index::SearchSummary summary_;
  std::exception_ptr failure_;
  Terminal error_terminal_ = detect_terminal(STDERR_FILENO);
};

int list_types(Output& out) {
  for (const index::Language& language : index::languages()) {
    std::string names(language.name);
    for (const std::string_view alias : language.aliases) names += fmt::format(", {}", alias);
    std::string globs;
    for (const std::string_view ending : language.extensions) globs += fmt::format(" *.{}", ending);
    for (const std::string_view ending : language.also) globs += fmt::format(" *.{}", ending);
    for (const std::string_view name : language.file_names) globs += fmt::format(" {}", name);
    out.write(fmt::format("{}:{}\n", names, globs));
  }
  return 0;
}

NativeAction declare(CLI::App& app) {
  auto options = std::make_shared<Options>();
  auto type_list = std::make_shared<bool>(false);
  app.add_option("pattern", options->words, "The pattern, in RE2's syntax, and the files and directories to search");
  app.add_option("-e,--regexp", options->patterns, "A pattern; may be repeated")->allow_extra_args(false);
  app.add_flag("-i,--ignore-case", options->ignore_case, "Whatever the case of letters");
  app.add_flag("-S,--smart-case", options->smart_case, "Whatever the case, unless the pattern has a capital");
  app.add_flag("-s,--case-sensitive", options->case_sensitive, "Case counts (the default)");
  app.add_flag("-w,--word-regexp", options->word, "Only whole words");
  app.add_flag("-x,--line-regexp", options->line, "Only whole lines");
  app.add_flag("-F,--fixed-strings", options->fixed, "The pattern is a text, no regular expression");
  app.add_flag("-v,--invert-match", options->invert, "Lines that do not match");
  app.add_flag("-c,--count", options->count, "How many lines match in each file");
  app.add_flag("--count-matches", options->count_matches, "How many matches there are in each file");
  app.add_flag("-l,--files-with-matches", options->files, "Only the paths of files with a match");
  app.add_flag("-o,--only-matching", options->only_matching, "Only the matching parts of lines");
  app.add_flag("-n,--line-number", options->numbers, "With line numbers (the default on a terminal)");
  app.add_flag("-N,--no-line-number", options->no_numbers, "Without line numbers");
  app.add_option("-C,--context", options->context, "So many lines before and after each match");
  app.add_option("-A,--after-context", options->after, "So many lines after each match");
  app.add_option("-B,--before-context", options->before, "So many lines before each match");
  app.add_option("-m,--max-count", options->max_count, "At most so many matching lines of a file");
  app.add_option("-t,--type", options->types, "Only files of this type; may be repeated")->allow_extra_args(false);
  app.add_option("-T,--type-not", options->types_not, "No files of this type; may be repeated")
      ->allow_extra_args(false);
  app.add_flag("--type-list", *type_list, "Print the file types");
  app.add_flag("-a,--text", options->text, "Search binary files as if they were text");
  app.add_flag("-H,--with-filename", options->with_filename, "With paths, also for a single file");
  app.add_flag("-I,--no-filename", options->no_filename, "Without paths");
  app.add_flag("--heading", options->heading, "The path above its lines (the default on a terminal)");
  app.add_flag("--no-heading", options->no_heading, "The path before each line");
  app.add_option("--color", options->colour, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_flag("--no-index", options->no_index, "Read the tree even if it has an index");
  add_walk_flags(app, options->walk);
  return [options, type_list](const NativeContext& context) {
    if (*type_list) return list_types(context.out);
    return Search(*options, context).run();
  };
}

}  // namespace

constinit const NativeCommand kSearchCommand{.name = "search",
                                             .summary = "Find lines that match, as ripgrep does",
                                             .examples =
                                                 "tenon search 'struct \\w+Options' src\n"
                                                 "tenon search -iw todo -t cpp -C2\n"
                                                 "tenon search -F 'a[0]' -l",
                                             .declare = declare};

}  // namespace tenon::cli
