// Puts text together in colours. For the inside of this room.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "native/diff/palette.h"

namespace tenon::diff {

class Painter {
 public:
  explicit Painter(const Palette& palette) : palette_(palette) {}

  // A colour of the palette around a text. "\n" and "\t" are kept in any case.
  void paint(std::string_view colour, std::string_view text);

  // A sign, a text without "\n", and "\n"; colours do not go beyond the line.
  void line(std::string_view colour, char sign, std::string_view text);

  std::string take() { return std::exchange(text_, {}); }

 private:
  void add(std::string_view text);

  const Palette& palette_;
  std::string text_;
};

}  // namespace tenon::diff
