#include "native/diff/painter.h"

namespace tenon::diff {
namespace {

bool is_shown(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7F) || c == '\n' || c == '\t';
}

}  // namespace

void Painter::add(std::string_view text) {
  const std::size_t from = text_.size();
  text_ += text;
  if (palette_.medium == Medium::file) return;
  std::replace_if(
      text_.begin() + static_cast<std::ptrdiff_t>(from), text_.end(), [](char c) { return !is_shown(c); }, '?');
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
  // A "\r" at the end is a line end of other systems: shown, it would only be noise.
  if (palette_.medium == Medium::terminal && text.ends_with('\r')) text.remove_suffix(1);
  add(text);
  if (!colour.empty()) text_ += palette_.reset;
  text_ += '\n';
}

}  // namespace tenon::diff
