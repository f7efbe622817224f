// What is left of a pattern while it is parsed, and what stands in it for one character or one class of them: escapes
// as RE2 reads them. Nothing comes back where the syntax is not understood.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "native/index/search/code_set.h"

namespace tenon::index {

class RegexText {
 public:
  explicit RegexText(std::string_view text) : text_(text) {}

  bool empty() const { return text_.empty(); }
  bool at(std::string_view prefix) const { return text_.starts_with(prefix); }
  void skip(std::size_t bytes) { text_.remove_prefix(bytes); }

  bool take(std::string_view prefix);
  bool take_through(std::string_view end);  // up to its first appearance, with it
  std::optional<char> take_byte();
  std::optional<char32_t> take_code_point();
  std::optional<std::uint32_t> take_number(std::uint32_t limit);  // what is larger is `limit`

  // After a backslash: \d \D … \pN \p{Greek}.
  std::optional<CodeSet> take_class(Reading reading);

  // After a backslash: \n \x{2603} \012 \. and the like.
  std::optional<char32_t> take_escaped();

 private:
  std::optional<char32_t> take_hexadecimal();
  char32_t take_octal();

  std::string_view text_;
};

}  // namespace tenon::index
