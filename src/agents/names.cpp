#include "agents/names.h"

#include <algorithm>
#include <array>

namespace tenon::agents {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_vowel(char c) { return std::string_view("aeiou").contains(c); }

// Latin letters with marks, as the two bytes of UTF-8 0xC3: what a reader would type without the mark.
std::string_view plain_latin(unsigned char second) {
  static constexpr std::array<std::string_view, 32> kPlain = {"a",  "a", "a", "a", "ae", "a", "ae", "c", "e",  "e", "e",
                                                              "e",  "i", "i", "i", "i",  "d", "n",  "o", "o",  "o", "o",
                                                              "oe", "",  "o", "u", "u",  "u", "ue", "y", "th", "ss"};
  if (second == 0xBF) return "y";
  return second < 0x80 || second > 0xBF ? "" : kPlain.at(second & 0x1FU);
}

// Splits "low stock" and "low_stock" before the last word.
std::pair<std::string, std::string> last_word(std::string_view name) {
  const std::size_t at = name.find_last_of("_ -");
  if (at == std::string_view::npos) return {"", std::string(name)};
  return {std::string(name.substr(0, at + 1)), std::string(name.substr(at + 1))};
}

std::string plural_word(const std::string& word) {
  if (word.empty()) return word;
  const char last = word.back();
  const char before = word.size() > 1 ? word[word.size() - 2] : 'a';
  if (last == 'y' && !is_vowel(before)) return word.substr(0, word.size() - 1) + "ies";
  if (last == 's' || last == 'x' || last == 'z' || word.ends_with("ch") || word.ends_with("sh")) return word + "es";
  return word + "s";
}

std::string singular_word(const std::string& word) {
  if (word.size() < 4 || !word.ends_with('s') || word.ends_with("ss") || word.ends_with("us") || word.ends_with("is")) {
    return word;
  }
  if (word.ends_with("ies") && word.size() > 4) return word.substr(0, word.size() - 3) + "y";
  for (const std::string_view ending : {"sses", "shes", "ches", "xes", "zzes"}) {
    if (word.ends_with(ending)) return word.substr(0, word.size() - 2);
  }
  return word.substr(0, word.size() - 1);
}

}  // namespace

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return result;
}

std::string snake_case(std::string_view text) {
  std::string result;
  const auto gap = [&] {
    if (!result.empty() && result.back() != '_') result += '_';
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_letter(c) || is_digit(c)) {
      if (result.empty() && is_digit(c)) continue;
      result += lower(std::string_view(&c, 1));
    } else if (static_cast<unsigned char>(c) == 0xC3 && i + 1 < text.size()) {
      result += plain_latin(static_cast<unsigned char>(text[++i]));
    } else if (static_cast<unsigned char>(c) >= 0x80 || c == '\'') {
      continue;
    } else {
      gap();
    }
  }
  while (result.ends_with('_')) result.pop_back();
  return result;
}

std::string kebab_case(std::string_view text) {
  std::string result = snake_case(text);
  std::ranges::replace(result, '_', '-');
  return result;
}

std::string pascal_case(std::string_view text) {
  std::string result;
  bool upper = true;
  for (const char c : snake_case(text)) {
    if (c == '_') {
      upper = true;
      continue;
    }
    result += upper && is_letter(c) ? static_cast<char>(c - ('a' - 'A')) : c;
    upper = false;
  }
  return result;
}

std::string sentence_case(std::string_view identifier) {
  std::string result(identifier);
  std::ranges::replace(result, '_', ' ');
  if (!result.empty() && result[0] >= 'a' && result[0] <= 'z') result[0] = static_cast<char>(result[0] - ('a' - 'A'));
  return result;
}

std::string plural_of(std::string_view name, const Irregular& irregular) {
  const auto [front, word] = last_word(name);
  const auto found = irregular.find(lower(word));
  if (found == irregular.end()) return front + plural_word(word);
  // The first letter keeps its case.
  return front + (word == lower(word) ? found->second : sentence_case(found->second));
}

std::string singular_of(std::string_view name, const Irregular& irregular) {
  const auto [front, word] = last_word(name);
  for (const auto& [singular, plural] : irregular) {
    if (plural == lower(word)) return front + singular;
  }
  if (irregular.contains(lower(word))) return front + word;
  return front + singular_word(word);
}

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string result;
  for (const std::string& part : parts) {
    if (!result.empty()) result += separator;
    result += part;
  }
  return result;
}

std::string listed(const std::vector<std::string>& parts) {
  if (parts.size() < 2) return joined(parts, "");
  return joined({parts.begin(), parts.end() - 1}, ", ") + " and " + parts.back();
}

}  // namespace tenon::agents
