#include "agents/markdown.h"

namespace tenon::agents {
namespace {

std::string escaped(std::string_view text, std::string_view line_break) {
  std::string result;
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') {
      result += line_break;
    } else {
      // `&` would begin a character reference, `<` an element.
      if (std::string_view("\\`*_[]<>#|&~").contains(c)) result += '\\';
      result += c;
    }
  }
  return result;
}

}  // namespace

std::string md_text(std::string_view text) { return escaped(text, " "); }
std::string md_cell(std::string_view text) { return escaped(text, " "); }
std::string md_quote(std::string_view text) { return escaped(text, "\n> "); }

}  // namespace tenon::agents
