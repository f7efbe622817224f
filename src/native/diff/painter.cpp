#include "native/diff/painter.h"

#include "core/visible_text.h"

namespace tenon::diff {

void Painter::add(std::string_view text) {
  if (palette_.medium == Medium::terminal) {
    text_ += visible_text(text);
  } else {
    text_ += text;
  }
}

void Painter::paint(std::string_view colour, std::string_view text) {
  if (text.empty()) return;
  text_ += colour;
  add(text);
  if (!colour.empty()) text_ += palette_.reset;
}

void Painter::line(std::string_view colour, char sign, std::string_view text) {
  text_ += colour;
  text_ += sign;
  // In a file of another system every line ends so; it says something only where lines differ.
  if (palette_.medium == Medium::terminal && sign == ' ' && text.ends_with('\r')) text.remove_suffix(1);
  add(text);
  if (!colour.empty()) text_ += palette_.reset;
  text_ += '\n';
}

}  // namespace tenon::diff
