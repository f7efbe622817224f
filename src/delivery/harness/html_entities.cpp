#include <algorithm>
#include <array>
#include <cstdint>

#include "delivery/harness/html.h"

namespace tenon::delivery {
namespace {

struct NamedReference {
  std::string_view name;
  std::string_view text;
};

// Those that template engines and authors write; sorted by name.
constexpr auto kNamed = std::to_array<NamedReference>({
    {"Auml", "Ä"},   {"Eacute", "É"}, {"Ouml", "Ö"},   {"Uuml", "Ü"},   {"aacute", "á"},   {"acirc", "â"},
    {"agrave", "à"}, {"amp", "&"},    {"apos", "'"},   {"aring", "å"},  {"auml", "ä"},     {"bull", "•"},
    {"ccedil", "ç"}, {"cent", "¢"},   {"check", "✓"},  {"copy", "©"},   {"darr", "↓"},     {"deg", "°"},
    {"eacute", "é"}, {"ecirc", "ê"},  {"egrave", "è"}, {"euro", "€"},   {"frac12", "½"},   {"gt", ">"},
    {"hellip", "…"}, {"iacute", "í"}, {"icirc", "î"},  {"laquo", "«"},  {"larr", "←"},     {"ldquo", "“"},
    {"lsquo", "‘"},  {"lt", "<"},     {"mdash", "—"},  {"middot", "·"}, {"minus", "−"},    {"nbsp", "\u00a0"},
    {"ndash", "–"},  {"ntilde", "ñ"}, {"oacute", "ó"}, {"ocirc", "ô"},  {"oslash", "ø"},   {"ouml", "ö"},
    {"para", "¶"},   {"plusmn", "±"}, {"pound", "£"},  {"quot", "\""},  {"raquo", "»"},    {"rarr", "→"},
    {"rdquo", "”"},  {"reg", "®"},    {"rsquo", "’"},  {"sect", "§"},   {"shy", "\u00ad"}, {"szlig", "ß"},
    {"times", "×"},  {"trade", "™"},  {"uacute", "ú"}, {"uarr", "↑"},   {"uuml", "ü"},     {"yen", "¥"},
});
static_assert(std::ranges::is_sorted(kNamed, {}, &NamedReference::name));

constexpr std::size_t kLongestReference = 14;

std::string utf8(std::uint32_t code) {
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
  const auto byte = [](std::uint32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
  const auto tail = [&](unsigned shift) { return byte(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xC0U | (code >> 6U)), tail(0)};
  if (code < 0x10000) return {byte(0xE0U | (code >> 12U)), tail(6), tail(0)};
  return {byte(0xF0U | (code >> 18U)), tail(12), tail(6), tail(0)};
}

std::optional<std::string> numeric(std::string_view digits) {
  unsigned base = 10;
  if (!digits.empty() && (digits[0] == 'x' || digits[0] == 'X')) {
    base = 16;
    digits.remove_prefix(1);
  }
  if (digits.empty()) return std::nullopt;
  std::uint32_t code = 0;
  for (const char c : digits) {
    const bool decimal = c >= '0' && c <= '9';
    const bool letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (!decimal && !(letter && base == 16)) return std::nullopt;
    const unsigned value = decimal ? static_cast<unsigned>(c - '0') : (static_cast<unsigned>(c) | 0x20U) - 'a' + 10U;
    code = std::min(code * base + value, 0x110000U);
  }
  return utf8(code);
}

std::optional<std::string> meaning(std::string_view reference) {
  if (reference.starts_with('#')) return numeric(reference.substr(1));
  const auto found = std::ranges::lower_bound(kNamed, reference, {}, &NamedReference::name);
  if (found == kNamed.end() || found->name != reference) return std::nullopt;
  return std::string(found->text);
}

}  // namespace

std::string decode_entities(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t start = text.find('&', at);
    out += text.substr(at, start == text.npos ? text.npos : start - at);
    if (start == text.npos) break;
    const std::size_t end = text.substr(start, kLongestReference + 2).find(';');
    const auto decoded = end == text.npos ? std::nullopt : meaning(text.substr(start + 1, end - 1));
    out += decoded.value_or("&");
    at = start + (decoded ? end + 1 : 1);
  }
  return out;
}

}  // namespace tenon::delivery
