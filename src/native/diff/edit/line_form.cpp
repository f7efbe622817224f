#include "native/diff/edit/line_form.h"

#include <algorithm>
#include <array>

namespace tenon::diff::edit {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

std::string_view without_trailing_space(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

struct Fold {
  std::string_view typographic;  // UTF-8
  std::string_view ascii;
};

// What editors, word processors and models put in place of ASCII punctuation (Unicode 15, general categories Pd, Pi,
// Pf, Zs, and format characters without width).
constexpr std::array kFolds = std::to_array<Fold>({
    {"\u00a0", " "},  {"\u00ab", "\""}, {"\u00ad", ""},   {"\u00b4", "'"},   {"\u00bb", "\""}, {"\u2000", " "},
    {"\u2001", " "},  {"\u2002", " "},  {"\u2003", " "},  {"\u2004", " "},   {"\u2005", " "},  {"\u2006", " "},
    {"\u2007", " "},  {"\u2008", " "},  {"\u2009", " "},  {"\u200a", " "},   {"\u200b", ""},   {"\u200c", ""},
    {"\u200d", ""},   {"\u2010", "-"},  {"\u2011", "-"},  {"\u2012", "-"},   {"\u2013", "-"},  {"\u2014", "-"},
    {"\u2015", "-"},  {"\u2018", "'"},  {"\u2019", "'"},  {"\u201a", "'"},   {"\u201b", "'"},  {"\u201c", "\""},
    {"\u201d", "\""}, {"\u201e", "\""}, {"\u201f", "\""}, {"\u2026", "..."}, {"\u202f", " "},  {"\u2032", "'"},
    {"\u2033", "\""}, {"\u2039", "'"},  {"\u203a", "'"},  {"\u205f", " "},   {"\u2060", ""},   {"\u2212", "-"},
    {"\u3000", " "},  {"\ufeff", ""},
});

const Fold* fold_at(std::string_view text) {
  for (const Fold& fold : kFolds) {
    if (text.starts_with(fold.typographic)) return &fold;
  }
  return nullptr;
}

bool may_fold(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0xC2 || byte == 0xE2 || byte == 0xE3 || byte == 0xEF;
}

bool is_single_spaced(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_space(text[i]) && (text[i] != ' ' || is_space(text[i + 1]))) return false;
  }
  return true;
}

// Calls `emit(byte, begin, end)` for each byte of the form and the bytes of `line` it stands for.
template <class Emit>
void each_byte(std::string_view line, LineForm form, Emit emit) {
  bool space_pending = false;
  std::size_t space_begin = 0;
  bool something = false;
  const auto put = [&](char c, std::size_t begin, std::size_t end) {
    if (is_space(c)) {
      if (!space_pending) space_begin = begin;
      space_pending = true;
      return;
    }
    if (space_pending && something) emit(' ', space_begin, begin);
    space_pending = false;
    something = true;
    emit(c, begin, end);
  };
  for (std::size_t i = 0; i < line.size();) {
    const Fold* fold = form == LineForm::ascii && may_fold(line[i]) ? fold_at(line.substr(i)) : nullptr;
    if (fold == nullptr) {
      put(line[i], i, i + 1);
      ++i;
      continue;
    }
    const std::size_t end = i + fold->typographic.size();
    for (const char c : fold->ascii) put(c, i, end);
    i = end;
  }
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return without_trailing_space(text);
}

std::string_view in_form(std::string_view line, LineForm form, std::string& scratch) {
  if (form == LineForm::exact) return line;
  if (form == LineForm::without_trailing_space) return without_trailing_space(line);
  const std::string_view inner = trimmed(line);
  if (form == LineForm::trimmed) return inner;
  const bool plain = form == LineForm::single_spaced || std::ranges::none_of(inner, may_fold);
  if (plain && is_single_spaced(inner)) return inner;
  scratch.clear();
  each_byte(inner, form, [&](char c, std::size_t, std::size_t) { scratch.push_back(c); });
  return scratch;
}

TracedLine traced(std::string_view line, LineForm form) {
  TracedLine result;
  std::size_t last_end = 0;
  each_byte(line, form, [&](char c, std::size_t begin, std::size_t end) {
    result.text.push_back(c);
    result.origin.push_back(static_cast<std::uint32_t>(begin));
    last_end = end;
  });
  result.origin.push_back(static_cast<std::uint32_t>(last_end));
  return result;
}

std::string_view indentation(std::string_view line) {
  std::size_t length = 0;
  while (length < line.size() && (line[length] == ' ' || line[length] == '\t')) ++length;
  return line.substr(0, length);
}

bool is_blank(std::string_view line) { return trimmed(line).empty(); }

bool is_distinctive(std::string_view line) {
  return std::ranges::any_of(line, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<signed char>(c) < 0;
  });
}

}  // namespace tenon::diff::edit
