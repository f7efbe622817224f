// Escape sequences (ECMA-48, SGR) around the parts of a diff; all empty: plain text, byte for byte. With a palette the
// text is for a terminal: control characters of what is compared are shown in a visible form (core/visible_text.h).
#pragma once

#include <string_view>

namespace tenon::diff {

enum class Medium { file, terminal };

struct Palette {
  Medium medium = Medium::file;
  std::string_view header;
  std::string_view range;
  std::string_view removed;
  std::string_view added;
  std::string_view reset;
};

// The colours of git.
inline constexpr Palette kTerminalColours{.medium = Medium::terminal,
                                          .header = "\x1b[1m",
                                          .range = "\x1b[36m",
                                          .removed = "\x1b[31m",
                                          .added = "\x1b[32m",
                                          .reset = "\x1b[m"};

// For terminals without colours.
inline constexpr Palette kTerminalPlain{.medium = Medium::terminal};

}  // namespace tenon::diff
