// Splits the text of a language with brackets into tokens: without comments and white space, brackets paired. For the
// inside of this folder.
//
// Brackets in alternatives of the preprocessor (#if … #else) are paired as if only one of them were there, whichever
// it is: after #endif those count that the first alternative left open.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/index/symbols/scan/token.h"

namespace tenon::index::scan {

enum class Dialect : std::uint8_t { c, csharp, go, java, javascript, kotlin, php, python, ruby, rust, sql };

// Replaces what is in `list`, beginning at the byte `from`. Linear in the length of the text, which must be shorter
// than 4 GiB.
void lex(std::string_view text, Dialect dialect, const KeywordTable& keywords, TokenList& list, std::size_t from = 0);

}  // namespace tenon::index::scan
