#include "cli/search_flags.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "core/error.h"

namespace tenon::cli {
namespace {

struct RefusedFlag {
  const char* names;
  const char* message;
  const char* hint;
};

constexpr std::array kRefused = {
    RefusedFlag{"-P,--pcre2",
                "-P is not supported: patterns are in RE2's syntax, which has no look-around and no "
                "back-references, and never takes more than linear time",
                "Write the pattern without them, or filter the result with a second search."},
    RefusedFlag{"-U,--multiline", "-U is not supported: lines are searched one by one",
                "Search for one of the lines and print its neighbours with -C."},
    RefusedFlag{"-L,--follow", "-L is not supported: links are never followed, so that nothing outside is read",
                "Name what the links lead to as paths to search."},
    RefusedFlag{"-z,--search-zip", "-z is not supported: compressed files are not opened",
                "Extract them first, or pipe what they hold into `tenon search`."}};

bool wants_numbers(const SearchFlags& flags, const NativeContext& context) {
  if (flags.no_numbers) return false;
  return flags.numbers || flags.columns || flags.vimgrep || context.terminal.interactive;
}

bool wants_colour(const SearchFlags& flags, const NativeContext& context) {
  return flags.colour == "always" || (flags.colour == "auto" && context.terminal.colour);
}

bool wants_spans(const SearchFlags& flags, const NativeContext& context) {
  return context.json || flags.only_matching || flags.columns || flags.vimgrep || flags.replacement || flags.stats ||
         flags.rank || wants_colour(flags, context);
}

index::Report report(const SearchFlags& flags) {
  if (flags.quiet) return flags.stats ? index::Report::files_with_match : index::Report::any_file;
  if (flags.files_without) return index::Report::files_without;
  if (flags.files) return index::Report::files_with_match;
  if (flags.count_matches || (flags.count && flags.only_matching)) return index::Report::count_matches;
  return flags.count ? index::Report::count_lines : index::Report::lines;
}

Printed printed(const SearchFlags& flags) {
  if (flags.quiet) return Printed::nothing;
  if (flags.files || flags.files_without) return Printed::paths;
  if (flags.count || flags.count_matches) return Printed::counts;
  if (flags.only_matching) return Printed::matches_only;
  return flags.vimgrep ? Printed::lines_of_matches : Printed::lines;
}

void check_rank(const SearchFlags& flags) {
  const bool lines = report(flags) == index::Report::lines && !flags.invert;
  if (!flags.rank || (lines && flags.context + flags.before + flags.after == 0)) return;
  throw Error(ErrorCode::invalid_argument, "--rank puts single lines in order: it goes with lines that match only",
              "Leave out -c, -l, -q, -v and context lines.");
}

// In the order of the command line: the last one holds.
void add_case_flag(CLI::App& app, SearchFlags& flags, const char* names, index::CaseRule rule, const char* help) {
  app.add_flag_callback(names, [&flags, rule] { flags.letter_case = rule; }, help)->trigger_on_parse();
}

}  // namespace

void add_search_flags(CLI::App& app, SearchFlags& flags) {
  app.add_option("pattern", flags.words, "The pattern, in RE2's syntax, and the files and directories to search");
  app.add_option("-e,--regexp", flags.patterns, "A pattern; may be repeated")->allow_extra_args(false);
  add_case_flag(app, flags, "-i,--ignore-case", index::CaseRule::insensitive, "Whatever the case of letters");
  add_case_flag(app, flags, "-S,--smart-case", index::CaseRule::smart,
                "Whatever the case, unless the pattern has a capital");
  add_case_flag(app, flags, "-s,--case-sensitive", index::CaseRule::sensitive, "Case counts (the default)");
  app.add_flag("-w,--word-regexp", flags.word, "Only whole words");
  app.add_flag("-x,--line-regexp", flags.line, "Only whole lines");
  app.add_flag("-F,--fixed-strings", flags.fixed, "The pattern is a text, no regular expression");
  app.add_flag("-v,--invert-match", flags.invert, "Lines that do not match");
  app.add_flag("-c,--count", flags.count, "How many lines match in each file");
  app.add_flag("--count-matches", flags.count_matches, "How many matches there are in each file");
  app.add_flag("-l,--files-with-matches", flags.files, "Only the paths of files with a match");
  app.add_flag("--files-without-match", flags.files_without, "Only the paths of files without a match");
  app.add_flag("--files", flags.list_files, "Search nothing: print the paths of the files that would be searched");
  app.add_flag("-q,--quiet", flags.quiet, "Print nothing: the exit code says whether there is a match");
  app.add_flag("-o,--only-matching", flags.only_matching, "Only the matching parts of lines");
  app.add_flag("-n,--line-number", flags.numbers, "With line numbers (the default on a terminal)");
  app.add_flag("-N,--no-line-number", flags.no_numbers, "Without line numbers");
  app.add_flag("--column", flags.columns, "With the column of the first match, from 1, in bytes");
  app.add_flag("-b,--byte-offset", flags.byte_offsets, "With the offset in the file");
  app.add_flag("--vimgrep", flags.vimgrep, "A line for each match, with path, line number and column");
  app.add_option("-r,--replace", flags.replacement, "Print matches replaced by this; $1 or $name is a group");
  app.add_option("-M,--max-columns", flags.max_columns, "Leave out lines of more bytes than this");
  app.add_flag("--trim", flags.trimmed, "Print lines without the blanks in front");
  app.add_flag("--rank", flags.rank, "Definitions first, then whole words, then the rest");
  app.add_option("-C,--context", flags.context, "So many lines before and after each match");
  app.add_option("-A,--after-context", flags.after, "So many lines after each match");
  app.add_option("-B,--before-context", flags.before, "So many lines before each match");
  app.add_option("-m,--max-count", flags.max_count, "At most so many matching lines of a file");
  app.add_option("-t,--type", flags.types, "Only files of this type; may be repeated")->allow_extra_args(false);
  app.add_option("-T,--type-not", flags.types_not, "No files of this type; may be repeated")->allow_extra_args(false);
  app.add_flag("--type-list", flags.type_list, "Print the file types");
  app.add_flag("-a,--text", flags.text, "Search binary files as if they were text");
  app.add_flag("--binary", flags.binary, "Say of binary files that they match; -uuu means this too");
  app.add_flag("-H,--with-filename", flags.with_filename, "With paths, also for a single file");
  app.add_flag("-I,--no-filename", flags.no_filename, "Without paths");
  app.add_flag("-0,--null", flags.nul_after_path, "A NUL after each path");
  app.add_flag("--heading", flags.heading, "The path above its lines (the default on a terminal)");
  app.add_flag("--no-heading", flags.no_heading, "The path before each line");
  app.add_option("--color", flags.colour, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_option("--sort", flags.sort, "path or none: results always come in the order of paths")
      ->check(CLI::IsMember({"path", "none"}));
  app.add_flag("--stats", flags.stats, "Say at the end what was searched and found");
  app.add_flag("--no-index", flags.no_index, "Read the tree even if it has an index");
  for (const RefusedFlag& refused : kRefused) {
    app.add_flag_function(
           refused.names,
           [&refused, &flags](std::int64_t) {
             flags.refused.emplace(ErrorCode::invalid_argument, refused.message, refused.hint);
           },
           "")
        ->group("");
  }
  add_walk_flags(app, flags.walk);
}

index::SearchOptions search_options(const SearchFlags& flags, const NativeContext& context) {
  if (flags.refused) throw Error(*flags.refused);
  check_rank(flags);
  index::SearchOptions search;
  search.pattern.patterns = flags.patterns;
  if (flags.patterns.empty()) {
    if (flags.words.empty()) {
      throw Error(ErrorCode::invalid_argument, "there is no pattern to search for",
                  "Give one: `tenon search PATTERN [PATH…]`.");
    }
    search.pattern.patterns.push_back(flags.words.front());
  }
  search.pattern.letter_case = flags.letter_case;
  search.pattern.syntax = flags.fixed ? index::Syntax::literal : index::Syntax::regex;
  search.pattern.boundary = flags.line   ? index::Boundary::line
                            : flags.word ? index::Boundary::word
                                         : index::Boundary::none;
  search.report = report(flags);
  search.selection = flags.invert ? index::Selection::not_matching : index::Selection::matching;
  if (context.json || wants_numbers(flags, context)) search.line_numbers = index::LineNumbers::counted;
  if (wants_spans(flags, context)) search.spans = index::Spans::reported;
  search.lines_before = std::max(flags.context, flags.before);
  search.lines_after = std::max(flags.context, flags.after);
  search.max_count = flags.max_count;
  constexpr int kBinaryToo = 3;
  if (flags.binary || flags.walk.unrestricted >= kBinaryToo) search.binary = index::BinaryFiles::announced;
  if (flags.text) search.binary = index::BinaryFiles::as_text;
  return search;
}

index::LanguageFilter language_filter(const SearchFlags& flags) {
  const auto named = [](const std::vector<std::string>& names) {
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
  };
  return {.only = named(flags.types), .without = named(flags.types_not)};
}

std::vector<std::string> search_paths(const SearchFlags& flags) {
  std::vector<std::string> paths = flags.words;
  if (flags.patterns.empty() && !paths.empty()) paths.erase(paths.begin());
  return paths;
}

SearchFormat search_format(const SearchFlags& flags, const index::SearchOptions& options,
                           const NativeContext& context) {
  SearchFormat format;
  format.printed = printed(flags);
  format.with_path = !flags.no_filename;
  format.heading = !flags.vimgrep && (flags.heading || (context.terminal.interactive && !flags.no_heading));
  format.line_numbers = wants_numbers(flags, context);
  format.columns = flags.columns || flags.vimgrep;
  format.byte_offsets = flags.byte_offsets;
  format.nul_after_path = flags.nul_after_path;
  format.trimmed = flags.trimmed;
  format.counts_matches = options.report == index::Report::count_matches;
  format.stats = flags.stats;
  format.max_columns = flags.max_columns;
  format.colour = wants_colour(flags, context);
  format.context = options.lines_before + options.lines_after > 0;
  format.control_free = context.terminal.attached;
  return format;
}

}  // namespace tenon::cli
