#include "cli/diff_report.h"

#include "cli/byte_text.h"
#include "core/unicode.h"
#include "native/diff/binary_patch.h"
#include "native/diff/file_header.h"
#include "native/diff/patch/quoted_name.h"
#include "native/diff/unified.h"

namespace tenon::cli {
namespace {

void add_lines(std::vector<DiffLine>& out, const diff::Lines& lines, diff::LineRange range, std::string_view kind) {
  for (std::uint32_t line = range.begin; line < range.end; ++line) {
    out.push_back({.kind = std::string(kind), .text = text_of(lines[line]), .text_hex = hex_of(lines[line])});
  }
}

DiffHunk json_hunk(const diff::FileDiff& file, const diff::Hunk& hunk) {
  const auto start = [](diff::LineRange range) { return range.empty() ? range.begin : range.begin + 1; };
  DiffHunk result{.old_start = start(hunk.before),
                  .old_lines = hunk.before.size(),
                  .new_start = start(hunk.after),
                  .new_lines = hunk.after.size(),
                  .function = readable_text(hunk.function),
                  .lines = {}};
  std::uint32_t line = hunk.after.begin;
  for (std::size_t i = hunk.first_change; i < hunk.last_change; ++i) {
    const diff::Change& change = file.changes()[i];
    add_lines(result.lines, file.after(), {line, change.after.begin}, "context");
    add_lines(result.lines, file.before(), change.before, "removed");
    add_lines(result.lines, file.after(), change.after, "added");
    line = change.after.end;
  }
  add_lines(result.lines, file.after(), {line, hunk.after.end}, "context");
  return result;
}

std::string_view status_name(diff::TreeStatus status) {
  switch (status) {
    case diff::TreeStatus::added:
      return "added";
    case diff::TreeStatus::deleted:
      return "deleted";
    case diff::TreeStatus::modified:
      return "modified";
    case diff::TreeStatus::type_changed:
      return "type_changed";
    case diff::TreeStatus::renamed:
      return "renamed";
    case diff::TreeStatus::copied:
      return "copied";
  }
  return {};
}

bool moved(const diff::TreeChange& change) {
  return change.status == diff::TreeStatus::renamed || change.status == diff::TreeStatus::copied;
}

diff::FileHeader header_of(const diff::TreeChange& change) {
  diff::FileHeader header{.similarity = change.similarity};
  if (change.before) header.before = {.path = change.before->path, .type = change.before->type};
  if (change.after) header.after = {.path = change.after->path, .type = change.after->type};
  if (change.status == diff::TreeStatus::renamed) header.origin = diff::Origin::renamed;
  if (change.status == diff::TreeStatus::copied) header.origin = diff::Origin::copied;
  return header;
}

const std::string& path_of(const diff::TreeChange& change) {
  return change.after ? change.after->path : change.before->path;
}

bool same_files(const diff::FileContents& contents) {
  return contents.reading == diff::Reading::whole && contents.before == contents.after;
}

class ChangeReport {
 public:
  ChangeReport(const diff::TreeChange& change, diff::FileContents contents, const DiffReportOptions& options)
      : change_(change), options_(options), same_(same_files(contents)), file_(std::move(contents), options.files) {
    if (!file_.binary()) hunks_ = file_.hunks(path_of(change));
  }

  // Names and modes count, whatever is ignored inside of the file.
  bool differs() const {
    const bool header_differs =
        change_.status != diff::TreeStatus::modified || change_.before->type != change_.after->type;
    return header_differs || !hunks_.empty() || (file_.binary() && !same_);
  }

  std::string patch() const {
    const bool binary = file_.binary() && !same_;
    const bool whole = file_.contents().reading == diff::Reading::whole;
    if (binary && whole && options_.binary == BinaryPatches::whole) return binary_patch();
    const diff::Body body = binary ? diff::Body::binary : hunks_.empty() ? diff::Body::none : diff::Body::text;
    std::string text = diff::header_text(header_of(change_), body, options_.palette);
    if (body != diff::Body::text) return text;
    text += options_.format == DiffFormat::words
                ? diff::word_text(file_.before(), file_.after(), file_.changes(), hunks_, options_.word_style,
                                  options_.palette)
                : diff::unified_text(file_.before(), file_.after(), file_.changes(), hunks_, options_.palette);
    return text;
  }

  std::string binary_patch() const {
    const diff::FileContents& contents = file_.contents();
    const auto side = [](const std::optional<diff::TreeFile>& file, const std::string& bytes) {
      return file ? std::optional<std::string_view>(bytes) : std::nullopt;
    };
    return diff::header_text(header_of(change_), diff::Body::none, options_.palette) +
           diff::binary_patch_text(side(change_.before, contents.before), side(change_.after, contents.after));
  }

  diff::FileStat stat() const {
    diff::FileStat stat{.path = path_of(change_), .lines = file_.counts()};
    if (moved(change_)) stat.old_path = change_.before->path;
    if (file_.binary()) {
      const diff::FileContents& contents = file_.contents();
      stat.binary = {.before = contents.before_size, .after = contents.after_size};
      if (same_) stat.binary = diff::BinarySizes{};
    }
    return stat;
  }

  DiffFile json() const {
    const diff::LineCounts counts = file_.counts();
    DiffFile result{.status = std::string(status_name(change_.status)),
                    .binary = file_.binary(),
                    .removed = counts.removed,
                    .added = counts.added};
    if (change_.before) {
      result.old_path = text_of(change_.before->path);
      result.old_path_hex = hex_of(change_.before->path);
      result.old_mode = std::string(diff::mode_text(change_.before->type));
    }
    if (change_.after) {
      result.new_path = text_of(change_.after->path);
      result.new_path_hex = hex_of(change_.after->path);
      result.new_mode = std::string(diff::mode_text(change_.after->type));
    }
    if (moved(change_)) result.similarity = change_.similarity;
    for (const diff::Hunk& hunk : hunks_) result.hunks.push_back(json_hunk(file_, hunk));
    return result;
  }

 private:
  const diff::TreeChange& change_;
  const DiffReportOptions& options_;
  bool same_;
  diff::FileDiff file_;
  std::vector<diff::Hunk> hunks_;
};

DiffReport report_one(const diff::TreeChange& change, diff::FileContents contents, const DiffReportOptions& options) {
  const ChangeReport report(change, std::move(contents), options);
  DiffReport result{.differs = report.differs()};
  if (!result.differs) return result;
  switch (options.format) {
    case DiffFormat::patch:
    case DiffFormat::words:
      result.text = report.patch();
      break;
    case DiffFormat::stat:
    case DiffFormat::numstat:
    case DiffFormat::shortstat:
      result.stat = report.stat();
      break;
    case DiffFormat::json:
      result.json.push_back(report.json());
      break;
    case DiffFormat::name_status:
      result.text = name_status_text(change);
      break;
    case DiffFormat::name_only:
      result.text = name_text(change);
      break;
    case DiffFormat::quiet:
      break;
  }
  return result;
}

// A link that became a file: one is deleted, the other is added, as in git.
DiffReport report_both(const diff::TreeChange& change, diff::FileContents contents, const DiffReportOptions& options) {
  const diff::TreeChange deletion{.status = diff::TreeStatus::deleted, .before = change.before};
  const diff::TreeChange addition{.status = diff::TreeStatus::added, .after = change.after};
  DiffReport result = report_one(
      deletion,
      {.before = std::move(contents.before), .reading = contents.reading, .before_size = contents.before_size},
      options);
  DiffReport second = report_one(
      addition, {.after = std::move(contents.after), .reading = contents.reading, .after_size = contents.after_size},
      options);
  result.text += second.text;
  std::ranges::move(second.json, std::back_inserter(result.json));
  if (result.stat && second.stat) result.stat->lines.added = second.stat->lines.added;
  return result;
}

}  // namespace

std::string name_status_text(const diff::TreeChange& change) {
  using diff::patch::quoted_name;
  if (!moved(change)) return fmt::format("{}\t{}\n", diff::letter_of(change.status), quoted_name(path_of(change)));
  return fmt::format("{}{:03}\t{}\t{}\n", diff::letter_of(change.status), change.similarity,
                     quoted_name(change.before->path), quoted_name(change.after->path));
}

std::string name_text(const diff::TreeChange& change) { return diff::patch::quoted_name(path_of(change)) + "\n"; }

DiffReport report_change(const diff::TreeChange& change, diff::FileContents contents,
                         const DiffReportOptions& options) {
  const bool names_one = options.format == DiffFormat::name_status || options.format == DiffFormat::name_only;
  if (change.status == diff::TreeStatus::type_changed && !names_one) {
    return report_both(change, std::move(contents), options);
  }
  return report_one(change, std::move(contents), options);
}

}  // namespace tenon::cli
