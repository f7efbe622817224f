// Which bytes may stand in a word, for the inside of this folder. Bytes beyond ASCII count as letters.
#pragma once

#include <array>
#include <cstdint>

namespace tenon::index::scan {

enum class CharacterClass : std::uint8_t { mark, space, newline, letter, digit, quote, open, close };

inline constexpr auto kCharacterClasses = [] {
  std::array<CharacterClass, 256> classes{};
  for (unsigned c = 0x80; c < 256; ++c) classes[c] = CharacterClass::letter;
  for (unsigned c = 'a'; c <= 'z'; ++c) classes[c] = CharacterClass::letter;
  for (unsigned c = 'A'; c <= 'Z'; ++c) classes[c] = CharacterClass::letter;
  for (unsigned c = '0'; c <= '9'; ++c) classes[c] = CharacterClass::digit;
  classes['_'] = CharacterClass::letter;
  for (const char c : {' ', '\t', '\r', '\f', '\v'}) classes[static_cast<unsigned char>(c)] = CharacterClass::space;
  classes['\n'] = CharacterClass::newline;
  for (const char c : {'"', '\'', '`'}) classes[static_cast<unsigned char>(c)] = CharacterClass::quote;
  for (const char c : {'(', '[', '{'}) classes[static_cast<unsigned char>(c)] = CharacterClass::open;
  for (const char c : {')', ']', '}'}) classes[static_cast<unsigned char>(c)] = CharacterClass::close;
  return classes;
}();

inline CharacterClass class_of(char c) { return kCharacterClasses[static_cast<unsigned char>(c)]; }
inline bool is_letter(char c) { return class_of(c) == CharacterClass::letter; }
inline bool is_digit(char c) { return class_of(c) == CharacterClass::digit; }
inline bool is_word(char c) { return is_letter(c) || is_digit(c); }

}  // namespace tenon::index::scan
