// The forms in which lines are compared, each ignoring more than the one before. For the inside of this folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::diff::edit {

enum class LineForm {
  exact,
  without_trailing_space,
  trimmed,
  single_spaced,  // trimmed, runs of whitespace are one space
  ascii           // trimmed, typographic characters folded, then single-spaced
};
inline constexpr std::size_t kLineForms = 5;

// A view of `line` where that is enough, else of `scratch`.
std::string_view in_form(std::string_view line, LineForm form, std::string& scratch);

// A line in one form with the way back: byte i of `text` came from [origin[i], origin[i + 1]) of the line.
struct TracedLine {
  std::string text;
  std::vector<std::uint32_t> origin;  // one more than there are bytes in `text`
};
TracedLine traced(std::string_view line, LineForm form);

// Spaces and tabs at the beginning.
std::string_view indentation(std::string_view line);
std::string_view trimmed(std::string_view text);
bool is_blank(std::string_view line);

// Has a letter, a digit or a character beyond ASCII: what distinguishes a line from `}` and `*/`.
bool is_distinctive(std::string_view line);

}  // namespace tenon::diff::edit
