// What the output device can do, and text for it. Colours respect NO_COLOR (https://no-color.org) and TERM=dumb;
// nothing that came from outside reaches a terminal with its control characters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tenon::cli {

enum class Style { plain, bold, dim, good, bad, note };

struct Terminal {
  bool attached = false;     // a terminal of whatever kind, also a dumb one
  bool interactive = false;  // a person reads it: live progress is possible
  bool colour = false;
  std::size_t width = 100;  // columns

  std::string styled(Style style, std::string_view text) const;

  // A name from outside: printable on a terminal, byte by byte as it is elsewhere.
  std::string shown(std::string_view name) const;
};

Terminal detect_terminal(int descriptor);

// Control characters replaced, so that text cannot move the cursor, set titles or write to the clipboard.
std::string printable(std::string_view text);

// The same for a text of lines: line feeds stay.
std::string printable_lines(std::string_view text);

// Columns the text takes: code points, without counting combining or wide ones exactly; styles take none.
std::size_t display_width(std::string_view text);

// At most `width` columns, ending in "…" when cut.
std::string shortened(std::string_view text, std::size_t width);

// Rows in aligned columns; the last column takes what is left of `width` and is wrapped at words. Cells may be styled,
// but for the last.
std::string table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows,
                  const Terminal& terminal);

}  // namespace tenon::cli
