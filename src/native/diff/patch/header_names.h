// The names of files in the headers of patches, in all the ways they are written. For the inside of the parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::diff::patch {

// How many components are taken off, and what is put before what is left.
struct NameRule {
  std::uint32_t strip = 1;
  std::string_view directory;  // empty or ending in `/`
};

// Where a name ends that has no quotes.
enum class NameEnd { line, tab, whitespace };

bool is_dev_null(std::string_view line);

// The name at the beginning of a line; nothing if stripping leaves nothing of it.
std::optional<std::string> name_in_line(std::string_view line, const NameRule& rule, NameEnd end);

// The name in a `---` or `+++` line of a traditional diff: a date may follow after a tab or spaces. Of the other file's
// name and this one the shorter is taken if the other is only this one with something appended (`file.orig`).
std::optional<std::string> name_before_date(std::string_view line, const NameRule& rule,
                                            const std::optional<std::string>& other = std::nullopt);

// The name in `a/name b/name` (after "diff --git "), if both are the same after stripping.
std::optional<std::string> name_of_both(std::string_view line, const NameRule& rule);

// True if a date of 1970-01-01 00:00 UTC follows the name: diff(1) writes so for a file that is not there.
bool has_epoch_date(std::string_view line);

}  // namespace tenon::diff::patch
