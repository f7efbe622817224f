#include "native/diff/patch/parser.h"

#include <algorithm>

#include <fmt/format.h>

#include "native/diff/patch/binary_reader.h"
#include "native/diff/patch/git_header.h"
#include "native/diff/patch/header_names.h"
#include "native/diff/patch/hunk_reader.h"
#include "native/diff/patch/text_lines.h"

namespace tenon::diff::patch {
namespace {

constexpr std::uint32_t kUsualStrip = 1;

std::unexpected<ParseError> fail(std::uint32_t line, std::string message) {
  return std::unexpected(ParseError{.line = line, .message = std::move(message)});
}

bool changes_more_than_lines(const FilePatch& file) {
  return file.renames || file.copies || file.creates == Certainty::yes || file.deletes == Certainty::yes ||
         (file.old_mode && file.new_mode && file.old_mode != file.new_mode);
}

// What stands below the two names of a file; nothing if there are none.
std::optional<TextLines> behind_names(const TextLines& at) {
  if (!at.line().starts_with("--- ")) return std::nullopt;
  TextLines next = at;
  next.advance();
  if (next.at_end() || !next.line().starts_with("+++ ")) return std::nullopt;
  next.advance();
  return next;
}

bool is_traditional_header(const TextLines& at) {
  const std::optional<TextLines> below = behind_names(at);
  return below && !below->at_end() && below->line().starts_with("@@ -");
}

// Changes that are not headed as a diff heads them: `@@ ... @@`, or nothing at all. To go on behind them would be to
// apply a part of what the author meant.
bool is_loose_hunk(const TextLines& at) { return !at.at_end() && at.line().starts_with("@@"); }

bool begins_loosely(const TextLines& at) {
  const std::optional<TextLines> below = behind_names(at);
  if (!below || below->at_end()) return false;
  const std::string_view line = below->line();
  return line.starts_with("@@") || line.starts_with('+') || line.starts_with('-') || line.starts_with(' ');
}

class Reader {
 public:
  Reader(std::string_view text, const ParseOptions& options, std::vector<std::string>& warnings)
      : at_(text), options_(options), strip_(options.strip), warnings_(warnings) {}

  std::expected<std::vector<FilePatch>, ParseError> read() {
    std::vector<FilePatch> files;
    for (;;) {
      auto file = next_header();
      if (!file) return std::unexpected(file.error());
      if (!*file) break;
      if (const auto body = read_body(**file); !body) return std::unexpected(body.error());
      files.push_back(*std::move(*file));
    }
    if (files.empty() && options_.emptiness == Emptiness::refused) return fail(0, "there is no patch in the input");
    return files;
  }

 private:
  using Header = std::expected<std::optional<FilePatch>, ParseError>;

  NameRule rule() const { return {.strip = strip_.value_or(kUsualStrip), .directory = options_.directory}; }

  Header next_header() {
    while (!at_.at_end()) {
      const std::string_view line = at_.line();
      if (line.starts_with("@@ -") && is_hunk_header(line)) {
        return fail(at_.number(), "a hunk stands without the header of a file");
      }
      if (line.starts_with("diff --git ")) {
        Header file = read_git_header(at_, rule());
        if (!file || *file) return file;
        continue;
      }
      if (is_traditional_header(at_)) return traditional_header();
      if (options_.counts == Counts::repaired && begins_loosely(at_)) {
        return fail(at_.number() + 2, "corrupt patch: a hunk has no header with line numbers");
      }
      at_.advance();
    }
    return std::nullopt;
  }

  // Names with a directory in front are below our place in the tree if it is ours (as a prefix of all names), and
  // names without any directory are taken as they are.
  std::optional<std::uint32_t> strip_guess(std::string_view line) const {
    if (is_dev_null(line)) return std::nullopt;
    const std::optional<std::string> name = name_before_date(line, {.strip = 0, .directory = {}});
    if (!name) return std::nullopt;
    const std::size_t slash = name->find('/');
    if (slash == std::string::npos) return 0;
    const auto depth = static_cast<std::uint32_t>(std::ranges::count(options_.prefix, '/'));
    if (depth == 0) return std::nullopt;
    if (name->starts_with(options_.prefix)) return depth;
    if (std::string_view(*name).substr(slash + 1).starts_with(options_.prefix)) return depth + 1;
    return std::nullopt;
  }

  void guess_strip(std::string_view first, std::string_view second) {
    if (strip_) return;
    const std::optional<std::uint32_t> one = strip_guess(first);
    const std::optional<std::uint32_t> other = strip_guess(second);
    const std::optional<std::uint32_t> either = one ? one : other;
    if (either && either == other) strip_ = either;
  }

  Header traditional_header() {
    constexpr std::size_t kMarker = 4;
    FilePatch file;
    file.number = at_.number();
    const std::string_view first = at_.line().substr(kMarker);
    at_.advance();
    const std::string_view second = at_.line().substr(kMarker);
    at_.advance();
    guess_strip(first, second);
    std::optional<std::string> name = traditional_names(file, first, second);
    if (!name) return fail(file.number, "the header names no file");
    for (std::optional<std::string>* side : {&file.old_name, &file.new_name}) {
      if (*side) **side = options_.prefix + **side;
    }
    return file;
  }

  std::optional<std::string> traditional_names(FilePatch& file, std::string_view first, std::string_view second) const {
    if (is_dev_null(first)) {
      file.creates = Certainty::yes;
      file.deletes = Certainty::no;
      return file.new_name = is_dev_null(second) ? std::nullopt : name_before_date(second, rule());
    }
    if (is_dev_null(second)) {
      file.creates = Certainty::no;
      file.deletes = Certainty::yes;
      return file.old_name = name_before_date(first, rule());
    }
    const std::optional<std::string> name = name_before_date(second, rule(), name_before_date(first, rule()));
    if (has_epoch_date(first)) {
      file.creates = Certainty::yes;
      file.deletes = Certainty::no;
      return file.new_name = name;
    }
    if (has_epoch_date(second)) {
      file.creates = Certainty::no;
      file.deletes = Certainty::yes;
      return file.old_name = name;
    }
    return file.old_name = file.new_name = name;
  }

  std::expected<void, ParseError> read_body(FilePatch& file) {
    if (const auto hunks = read_hunks(file); !hunks) return hunks;
    if (!file.hunks.empty()) return check_lines(file);
    const bool has_line = !at_.at_end();
    if (has_line && without_line_end(at_.line()) == kBinaryPatch) {
      return read_binary(at_, file, options_.largest_binary);
    }
    if (has_line && says_binary(at_.line())) {
      file.binary = true;
      at_.advance();
    }
    if (options_.emptiness == Emptiness::refused && !file.binary && !changes_more_than_lines(file)) {
      return fail(at_.number(), "a header is followed by no change");
    }
    return {};
  }

  std::expected<void, ParseError> read_hunks(FilePatch& file) {
    while (!at_.at_end() && at_.line().starts_with("@@ -")) {
      std::expected<Hunk, ParseError> hunk = read_hunk(at_, options_.counts);
      if (!hunk) return std::unexpected(hunk.error());
      file.hunks.push_back(*std::move(hunk));
    }
    if (options_.counts == Counts::repaired && is_loose_hunk(at_)) {
      return fail(at_.number(), "corrupt patch: a hunk has no header with line numbers");
    }
    return {};
  }

  static std::string_view without_line_end(std::string_view line) {
    return line.substr(0, std::min(line.find_last_not_of("\r\n") + 1, line.size()));
  }

  static bool says_binary(std::string_view line) {
    line = without_line_end(line);
    return (line.starts_with("Binary files ") || line.starts_with("Files ")) && line.ends_with(" differ");
  }

  // What is removed or created has no lines on one side; whether it is either shows in the lines if nothing says so.
  std::expected<void, ParseError> check_lines(FilePatch& file) {
    std::uint64_t old_lines = 0;
    std::uint64_t new_lines = 0;
    std::uint64_t context = 0;
    for (const Hunk& hunk : file.hunks) {
      old_lines += hunk.old_count;
      new_lines += hunk.new_count;
      context += hunk.leading + hunk.trailing;
    }
    const bool several = file.hunks.size() > 1;
    if (file.creates == Certainty::unknown && (old_lines > 0 || several)) file.creates = Certainty::no;
    if (file.deletes == Certainty::unknown && (new_lines > 0 || several)) file.deletes = Certainty::no;
    if (file.creates == Certainty::yes && old_lines > 0) {
      return fail(file.number, fmt::format("the new file {} depends on old contents", file.name()));
    }
    if (file.deletes == Certainty::yes && new_lines > 0) {
      return fail(file.number, fmt::format("the deleted file {} still has contents", file.name()));
    }
    if (file.deletes != Certainty::yes && new_lines == 0 && context > 0) {
      warnings_.push_back(fmt::format("{} becomes empty but is not deleted", file.name()));
    }
    return {};
  }

  TextLines at_;
  const ParseOptions& options_;
  std::optional<std::uint32_t> strip_;
  std::vector<std::string>& warnings_;
};

}  // namespace

std::expected<Patch, ParseError> parse_patch(std::string text, const ParseOptions& options) {
  // A patch that was cut out of a reply has often lost the end of its last line.
  if (options.counts != Counts::trusted && !text.empty() && !text.ends_with('\n')) text += '\n';
  Patch patch;
  patch.text = std::make_shared<const std::string>(std::move(text));
  auto files = Reader(*patch.text, options, patch.warnings).read();
  if (!files) return std::unexpected(files.error());
  patch.files = *std::move(files);
  return patch;
}

}  // namespace tenon::diff::patch
