// Whitespace in lines that a patch adds, as git's core.whitespace and `git apply --whitespace` know it
// (git-config(1), gitattributes(5)).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::diff::patch {

struct WhitespaceRule {
  bool blank_at_end_of_line = true;
  bool blank_at_end_of_file = true;
  bool space_before_tab = true;
  bool indent_with_non_tab = false;
  bool tab_in_indent = false;
  bool cr_at_end_of_line = false;  // "\r" at the end is fine
  bool incomplete_line = false;    // a last line without "\n" is not
  std::uint32_t tab_width = 8;

  bool operator==(const WhitespaceRule&) const = default;

  // Nothing is wrong with any line.
  static WhitespaceRule none();

  // "trailing-space,-space-before-tab,tabwidth=4": changes to the default rule; unknown words are ignored.
  static WhitespaceRule parse(std::string_view text);
};

enum class WhitespaceAction { ignore, warn, fix, refuse };
enum class WhitespaceMatch { exact, ignore_amount };  // --ignore-space-change

struct WhitespaceFault {
  std::string file;        // that is changed
  std::uint32_t line = 0;  // of the patch
  std::string problem;     // "trailing whitespace, indent with spaces"

  bool operator==(const WhitespaceFault&) const = default;
};

// What is wrong with a line; empty: nothing.
std::string whitespace_problem(std::string_view line, const WhitespaceRule& rule);

// The line as the rule wants it.
std::string with_whitespace_fixed(std::string_view line, const WhitespaceRule& rule);

bool is_blank(std::string_view line);

}  // namespace tenon::diff::patch
