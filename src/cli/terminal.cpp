#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include <fmt/format.h>

namespace tenon::cli {
namespace {

bool continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// Length of the style (Terminal::styled) that stands at this place.
std::size_t style_length(std::string_view text, std::size_t at) {
  if (!text.substr(at).starts_with("\x1b[")) return 0;
  const std::size_t end = text.find('m', at);
  return end == std::string_view::npos ? 0 : end + 1 - at;
}

// Byte position after `columns` code points.
std::size_t cut_at(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (const std::size_t style = style_length(text, at); style > 0) {
      at += style;
      continue;
    }
    if (!continuation(text[at]) && columns-- == 0) break;
    ++at;
  }
  return at;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (display_width(text) > width) {
    const std::size_t limit = cut_at(text, width);
    std::size_t space = text.rfind(' ', limit);
    if (space == std::string_view::npos || space == 0) space = limit;
    lines.emplace_back(text.substr(0, space));
    text.remove_prefix(std::min(text.size(), space + (text[space] == ' ' ? 1 : 0)));
  }
  lines.emplace_back(text);
  return lines;
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t columns = display_width(text);
  return std::string(text) + std::string(columns < width ? width - columns : 0, ' ');
}

std::vector<std::size_t> column_widths(const std::vector<std::string>& header,
                                       const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const std::string& title : header) widths.push_back(display_width(title));
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], display_width(row.at(i)));
  }
  return widths;
}

}  // namespace

std::string Terminal::styled(Style style, std::string_view text) const {
  if (!colour || style == Style::plain) return std::string(text);
  const char* code = "";
  switch (style) {
    case Style::bold:
      code = "1";
      break;
    case Style::dim:
      code = "2";
      break;
    case Style::good:
      code = "32";
      break;
    case Style::bad:
      code = "31";
      break;
    case Style::note:
      code = "36";
      break;
    case Style::plain:
      break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string Terminal::shown(std::string_view name) const { return attached ? printable(name) : std::string(name); }

Terminal detect_terminal(int descriptor) {
  Terminal terminal;
  const char* term = std::getenv("TERM");
  const char* no_color = std::getenv("NO_COLOR");
  terminal.attached = ::isatty(descriptor) == 1;
  terminal.interactive = terminal.attached && term != nullptr && std::string_view(term) != "dumb";
  terminal.colour = terminal.interactive && (no_color == nullptr || *no_color == '\0');
  winsize size{};
  if (terminal.interactive && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
    terminal.width = size.ws_col;
  return terminal;
}

std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // C1 controls are two bytes in UTF-8: C2 80 … C2 9F.
    const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    // Bidirectional overrides and isolates: U+202A-202E, U+2066-2069.
    const bool bidirectional = text.substr(i).starts_with("\xE2\x80") && i + 2 < text.size() &&
                               static_cast<unsigned char>(text[i + 2]) >= 0xAA &&
                               static_cast<unsigned char>(text[i + 2]) <= 0xAE;
    const bool isolate = text.substr(i).starts_with("\xE2\x81") && i + 2 < text.size() &&
                         static_cast<unsigned char>(text[i + 2]) >= 0xA6 &&
                         static_cast<unsigned char>(text[i + 2]) <= 0xA9;
    if (c1 || bidirectional || isolate) {
      result += '?';
      i += c1 ? 1 : 2;
    } else if (byte == '\n' || byte == '\t') {
      result += ' ';
    } else if (byte < 0x20 || byte == 0x7F) {
      result += '?';
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string printable_lines(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    result += printable(text.substr(0, end));
    if (end == std::string_view::npos) break;
    result += '\n';
    text.remove_prefix(end + 1);
  }
  return result;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t style = style_length(text, at);
    if (style == 0 && !continuation(text[at])) ++width;
    at += std::max<std::size_t>(style, 1);
  }
  return width;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  return std::string(text.substr(0, cut_at(text, width == 0 ? 0 : width - 1))) + "…";
}

std::string table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows,
                  const Terminal& terminal) {
  constexpr std::size_t kGap = 2;
  constexpr std::size_t kNarrowest = 24;
  std::vector<std::size_t> widths = column_widths(header, rows);
  std::size_t before_last = 0;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) before_last += widths[i] + kGap;
  widths.back() = terminal.width > before_last + kNarrowest ? terminal.width - before_last : kNarrowest;

  std::string out;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const bool last = i + 1 == header.size();
    out += terminal.styled(Style::dim, last ? header[i] : padded(header[i], widths[i] + kGap));
  }
  out += '\n';
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) out += padded(row[i], widths[i] + kGap);
    const std::vector<std::string> lines = wrapped(row.back(), widths.back());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      out += i == 0 ? lines[i] + "\n" : std::string(before_last, ' ') + lines[i] + "\n";
    }
  }
  return out;
}

}  // namespace tenon::cli
