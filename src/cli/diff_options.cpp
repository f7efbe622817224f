#include "cli/diff_options.h"

#include <charconv>

#include <CLI/CLI.hpp>

#include "core/error.h"

namespace tenon::cli {
namespace {

std::uint32_t percentage(std::string_view text) {
  const std::string_view digits = text.ends_with('%') ? text.substr(0, text.size() - 1) : text;
  std::uint32_t number = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = failure == std::errc() && end == digits.data() + digits.size();
  if (whole && number >= 1 && number <= 100) return number;
  throw Error(ErrorCode::invalid_argument, fmt::format("\"{}\" is no similarity", printable(text)),
              "Give a percentage from 1 to 100: -M 80");
}

diff::Whitespace whitespace_of(const GivenDiffOptions& given) {
  if (given.ignore_all_space) return diff::Whitespace::ignore_all;
  if (given.ignore_space_change) return diff::Whitespace::ignore_change;
  if (given.ignore_space_at_end) return diff::Whitespace::ignore_at_end;
  if (given.ignore_cr_at_end) return diff::Whitespace::ignore_cr_at_end;
  return diff::Whitespace::exact;
}

diff::BlankChanges blank_changes_of(const GivenDiffOptions& given) {
  if (!given.ignore_blank_lines) return diff::BlankChanges::shown;
  return whitespace_of(given) == diff::Whitespace::exact ? diff::BlankChanges::ignored_if_empty
                                                         : diff::BlankChanges::ignored_if_blank;
}

diff::Algorithm algorithm_of(const std::string& name) {
  if (name == "myers") return diff::Algorithm::myers;
  if (name == "minimal") return diff::Algorithm::minimal;
  return diff::Algorithm::histogram;
}

DiffFormat format_of(const GivenDiffOptions& given, const NativeContext& context) {
  if (given.quiet) return DiffFormat::quiet;
  if (context.json) return DiffFormat::json;
  if (given.words) return DiffFormat::words;
  if (given.stat) return DiffFormat::stat;
  if (given.numstat) return DiffFormat::numstat;
  if (given.shortstat) return DiffFormat::shortstat;
  if (given.name_status) return DiffFormat::name_status;
  if (given.name_only) return DiffFormat::name_only;
  return DiffFormat::patch;
}

diff::Palette palette_of(const GivenDiffOptions& given, const NativeContext& context) {
  const bool wanted = given.colour == "always" || (given.colour == "auto" && context.terminal.colour);
  if (wanted) return diff::kTerminalColours;
  return context.terminal.attached ? diff::kTerminalPlain : diff::Palette{};
}

}  // namespace

bool DiffOptions::ignores_something() const {
  return report.files.lines.whitespace != diff::Whitespace::exact ||
         report.files.hunks.blank_changes != diff::BlankChanges::shown;
}

DiffOptions GivenDiffOptions::options_for(const NativeContext& context_of_command) const {
  DiffOptions options{.before = before, .after = after, .label = label};
  DiffReportOptions& report = options.report;
  report.format = format_of(*this, context_of_command);
  report.palette = palette_of(*this, context_of_command);
  report.word_style = report.palette.added.empty() ? diff::WordStyle::plain : diff::WordStyle::colour;
  report.binary = binary ? BinaryPatches::whole : BinaryPatches::named;
  report.files.binary = text ? diff::BinaryFiles::as_text : diff::BinaryFiles::detected;
  report.files.lines = {.algorithm = algorithm_of(algorithm),
                        .whitespace = whitespace_of(*this),
                        .sliding = no_indent_heuristic ? diff::Sliding::to_end : diff::Sliding::indent_heuristic};
  report.files.hunks = {.context = context,
                        .between = between,
                        .extent = function_context ? diff::FunctionContext::whole : diff::FunctionContext::lines,
                        .blank_changes = blank_changes_of(*this)};
  options.trees.least_similarity = percentage(similarity);
  if (copies) options.trees.detection = diff::RenameDetection::renames_and_copies;
  if (no_renames) options.trees.detection = diff::RenameDetection::none;
  return options;
}

std::shared_ptr<GivenDiffOptions> declare_diff_options(CLI::App& app) {
  auto given = std::make_shared<GivenDiffOptions>();
  app.add_option("before", given->before, "File or directory; - is standard input, /dev/null no file")->required();
  app.add_option("after", given->after, "File or directory")->required();

  app.add_flag("--word", given->words, "Show changed words inside of lines");
  app.add_flag("--stat", given->stat, "Show how many lines of each file changed, with bars");
  app.add_flag("--numstat", given->numstat, "The same for programs: added, removed, name");
  app.add_flag("--shortstat", given->shortstat, "Show only the totals");
  app.add_flag("--name-status", given->name_status, "Show only names and what became of the files");
  app.add_flag("--name-only", given->name_only, "Show only names");
  app.add_flag("-q,--quiet", given->quiet, "Show nothing; the exit code tells");

  app.add_option("-U,--unified", given->context, "Lines of context")->capture_default_str();
  app.add_option("--inter-hunk-context", given->between, "Join hunks with at most this many lines between them");
  app.add_flag("-W,--function-context", given->function_context, "Show whole functions");
  app.add_option("--label", given->label, "Name both files so in the patch");
  app.add_option("--color", given->colour, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();

  app.add_option("--diff-algorithm,--algorithm", given->algorithm, "histogram, myers or minimal")
      ->check(CLI::IsMember({"histogram", "myers", "minimal"}))
      ->capture_default_str();
  app.add_flag("--no-indent-heuristic", given->no_indent_heuristic, "Put changes as far down as they go");
  app.add_flag("-b,--ignore-space-change", given->ignore_space_change, "Amounts of whitespace do not count");
  app.add_flag("-w,--ignore-all-space", given->ignore_all_space, "Whitespace does not count");
  app.add_flag("--ignore-space-at-eol", given->ignore_space_at_end, "Whitespace at the end of lines does not count");
  app.add_flag("--ignore-cr-at-eol", given->ignore_cr_at_end, "A carriage return at the end of lines does not count");
  app.add_flag("-B,--ignore-blank-lines", given->ignore_blank_lines, "Leave out hunks of blank lines only");
  app.add_flag("--binary", given->binary, "Put binary files into the patch, so that it can be applied");
  app.add_flag("-a,--text", given->text, "Treat all files as text");

  app.add_option("-M,--find-renames", given->similarity, "Least similarity of a renamed file, in percent")
      ->capture_default_str();
  app.add_flag("-C,--find-copies", given->copies, "Find copies of changed files too");
  app.add_flag("--no-renames", given->no_renames, "Do not look for renamed files");
  return given;
}

}  // namespace tenon::cli
