#include "native/diff/patch/git_header.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace tenon::diff::patch {
namespace {

constexpr std::uint32_t kDefaultMode = 0100644;

// A header that is read: what it is called, and what it does. The text is what follows the name.
struct Reading {
  FilePatch file;
  std::optional<std::string> common_name;  // of the `diff --git` line
  NameRule rule;
  std::uint32_t line = 0;
  std::uint32_t first_extension = 0;  // line that said what kind of change this is
};

using Outcome = std::expected<void, ParseError>;

Outcome fail(const Reading& reading, std::string message) {
  return std::unexpected(ParseError{.line = reading.line, .message = std::move(message)});
}

// Modes of git are few; whatever else is written is taken for the nearest of them.
std::uint32_t canonical_mode(std::uint32_t mode) {
  constexpr std::uint32_t kType = 0170000;
  constexpr std::uint32_t kLink = 0120000;
  constexpr std::uint32_t kDirectory = 0040000;
  constexpr std::uint32_t kSubmodule = 0160000;
  constexpr std::uint32_t kOwnerMayRun = 0100;
  switch (mode & kType) {
    case kLink:
      return kLink;
    case kDirectory:
      return kDirectory;
    case kSubmodule:
      return kSubmodule;
    default:
      return (mode & kOwnerMayRun) != 0 ? 0100755 : kDefaultMode;
  }
}

std::expected<std::uint32_t, ParseError> mode_of(const Reading& reading, std::string_view text) {
  std::uint32_t mode = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  const bool ends_well =
      end == text.data() + text.size() || *end == '\n' || *end == '\r' || *end == ' ' || *end == '\t';
  if (failure != std::errc() || !ends_well) {
    return std::unexpected(
        ParseError{.line = reading.line,
                   .message = fmt::format("invalid mode \"{}\"", text.substr(0, text.find_first_of("\r\n")))});
  }
  return canonical_mode(mode);
}

Outcome read_old_mode(Reading& reading, std::string_view text) {
  const auto mode = mode_of(reading, text);
  if (!mode) return std::unexpected(mode.error());
  reading.file.old_mode = *mode;
  return {};
}

Outcome read_new_mode(Reading& reading, std::string_view text) {
  const auto mode = mode_of(reading, text);
  if (!mode) return std::unexpected(mode.error());
  reading.file.new_mode = *mode;
  return {};
}

Outcome read_deleted(Reading& reading, std::string_view text) {
  reading.file.deletes = Certainty::yes;
  reading.file.old_name = reading.common_name;
  return read_old_mode(reading, text);
}

Outcome read_created(Reading& reading, std::string_view text) {
  reading.file.creates = Certainty::yes;
  reading.file.new_name = reading.common_name;
  return read_new_mode(reading, text);
}

// A name that the header may have given before; both must agree, and what is created or removed has none on one side.
// Without `new file mode` or `deleted file mode`, /dev/null alone says the same.
Outcome check_name(Reading& reading, std::string_view text, std::optional<std::string>& name, Certainty& is_absent) {
  if (is_absent == Certainty::yes || (is_dev_null(text) && !name)) {
    if (name || !is_dev_null(text)) return fail(reading, "the header is inconsistent: /dev/null is expected");
    is_absent = Certainty::yes;
    return {};
  }
  std::optional<std::string> found = name_in_line(text, reading.rule, NameEnd::tab);
  if (name && found != name) return fail(reading, "the header is inconsistent: it names two files");
  name = std::move(found);
  return {};
}

Outcome read_old_name(Reading& reading, std::string_view text) {
  return check_name(reading, text, reading.file.old_name, reading.file.creates);
}

Outcome read_new_name(Reading& reading, std::string_view text) {
  return check_name(reading, text, reading.file.new_name, reading.file.deletes);
}

// Names of renames and copies have no `a/` and `b/`.
NameRule without_side(NameRule rule) {
  rule.strip = rule.strip > 0 ? rule.strip - 1 : 0;
  return rule;
}

Outcome read_copy_source(Reading& reading, std::string_view text) {
  reading.file.copies = true;
  reading.file.old_name = name_in_line(text, without_side(reading.rule), NameEnd::line);
  return {};
}

Outcome read_copy_target(Reading& reading, std::string_view text) {
  reading.file.copies = true;
  reading.file.new_name = name_in_line(text, without_side(reading.rule), NameEnd::line);
  return {};
}

Outcome read_rename_source(Reading& reading, std::string_view text) {
  reading.file.renames = true;
  reading.file.old_name = name_in_line(text, without_side(reading.rule), NameEnd::line);
  return {};
}

Outcome read_rename_target(Reading& reading, std::string_view text) {
  reading.file.renames = true;
  reading.file.new_name = name_in_line(text, without_side(reading.rule), NameEnd::line);
  return {};
}

Outcome read_similarity(Reading& reading, std::string_view text) {
  constexpr std::uint32_t kAll = 100;
  std::uint32_t percent = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), percent);
  if (failure == std::errc() && percent <= kAll) reading.file.similarity = percent;
  return {};
}

bool is_hexadecimal(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// index <old>..<new>[ <mode>]
Outcome read_index(Reading& reading, std::string_view text) {
  text = text.substr(0, text.find_first_of("\r\n"));
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return {};
  const std::string_view old_id = text.substr(0, dots);
  const std::size_t space = text.find(' ', dots);
  const std::string_view new_id =
      text.substr(dots + 2, space == std::string_view::npos ? std::string_view::npos : space - dots - 2);
  constexpr std::size_t kLongestId = 64;
  if (!is_hexadecimal(old_id) || !is_hexadecimal(new_id) || old_id.size() > kLongestId || new_id.size() > kLongestId) {
    return {};
  }
  reading.file.old_id = old_id;
  reading.file.new_id = new_id;
  return space == std::string_view::npos ? Outcome() : read_old_mode(reading, text.substr(space + 1));
}

struct Header {
  std::string_view begin;
  Outcome (*read)(Reading&, std::string_view);
};

constexpr auto kHeaders = std::to_array<Header>({
    {"--- ", read_old_name},
    {"+++ ", read_new_name},
    {"old mode ", read_old_mode},
    {"new mode ", read_new_mode},
    {"deleted file mode ", read_deleted},
    {"new file mode ", read_created},
    {"copy from ", read_copy_source},
    {"copy to ", read_copy_target},
    {"rename old ", read_rename_source},
    {"rename new ", read_rename_target},
    {"rename from ", read_rename_source},
    {"rename to ", read_rename_target},
    {"similarity index ", read_similarity},
    {"dissimilarity index ", read_similarity},
    {"index ", read_index},
});

const Header* header_at(std::string_view line) {
  for (const Header& header : kHeaders) {
    if (line.starts_with(header.begin)) return &header;
  }
  return nullptr;
}

// A file is created, removed, renamed or copied, not two of these.
Outcome check_kind(Reading& reading) {
  const FilePatch& file = reading.file;
  const int kinds = static_cast<int>(file.creates == Certainty::yes) +
                    static_cast<int>(file.deletes == Certainty::yes) + static_cast<int>(file.renames) +
                    static_cast<int>(file.copies);
  if (kinds > 1) {
    return fail(reading, fmt::format("header lines {} and {} are inconsistent", reading.first_extension, reading.line));
  }
  if (kinds == 1 && reading.first_extension == 0) reading.first_extension = reading.line;
  return {};
}

Outcome complete_names(Reading& reading) {
  FilePatch& file = reading.file;
  if (!file.old_name && !file.new_name) {
    if (!reading.common_name) {
      return fail(reading, fmt::format("the header names no file after {} leading components are taken off",
                                       reading.rule.strip));
    }
    file.old_name = reading.common_name;
    file.new_name = reading.common_name;
  }
  const bool lacks_new = !file.new_name && file.deletes != Certainty::yes;
  const bool lacks_old = !file.old_name && file.creates != Certainty::yes;
  return lacks_new || lacks_old ? fail(reading, "the header lacks the name of a file") : Outcome();
}

}  // namespace

std::expected<std::optional<FilePatch>, ParseError> read_git_header(TextLines& at, const NameRule& rule) {
  constexpr std::string_view kBegin = "diff --git ";
  Reading reading{.file = {}, .common_name = name_of_both(at.line().substr(kBegin.size()), rule), .rule = rule};
  reading.file.creates = Certainty::no;
  reading.file.deletes = Certainty::no;
  reading.file.relative_to_root = true;
  reading.file.number = at.number();
  std::uint32_t read = 0;
  for (at.advance(); !at.at_end(); at.advance(), ++read) {
    const Header* header = at.line().ends_with('\n') ? header_at(at.line()) : nullptr;
    if (header == nullptr) break;
    reading.line = at.number();
    Outcome outcome = header->read(reading, at.line().substr(header->begin.size()));
    if (outcome) outcome = check_kind(reading);
    if (!outcome) return std::unexpected(outcome.error());
  }
  if (read == 0 && !at.line().starts_with("@@ -")) return std::nullopt;
  reading.line = at.number();
  if (const Outcome outcome = complete_names(reading); !outcome) return std::unexpected(outcome.error());
  return std::move(reading.file);
}

}  // namespace tenon::diff::patch
