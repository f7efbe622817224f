// Keywords of JavaScript and TypeScript by what they mean for definitions. For the inside of this folder.
#pragma once

#include <cstdint>

namespace tenon::index::scan::javascript {

enum JavascriptKeyword : std::uint8_t {
  kOther,
  kFunction,
  kClass,
  kVariable,
  kConstant,
  kModifier,  // of members; a name elsewhere
  kAsync,
  kReturn,
  kExtends,
  kWord,
  // TypeScript; names where no such declaration follows
  kInterface,
  kType,
  kEnum,
  kNamespace
};

}  // namespace tenon::index::scan::javascript
