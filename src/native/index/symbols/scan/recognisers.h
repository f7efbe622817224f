// One recogniser for each family of languages, for the inside of this folder. They record symbols in any order, without
// lines; what is inside of a definition comes after it.
#pragma once

#include <string_view>

#include "native/index/symbols/scan/lexer.h"
#include "native/index/symbols/scan/recorder.h"

namespace tenon::index::scan {

// With brackets: the tokens are those of the language's dialect and keywords.
void recognise_c(const TokenList& list, Recorder& recorder);
void recognise_csharp(const TokenList& list, Recorder& recorder);
void recognise_go(const TokenList& list, Recorder& recorder);
void recognise_java(const TokenList& list, Recorder& recorder);
void recognise_javascript(const TokenList& list, Recorder& recorder);
void recognise_kotlin(const TokenList& list, Recorder& recorder);
void recognise_php(const TokenList& list, Recorder& recorder);
void recognise_python(const TokenList& list, Recorder& recorder);
void recognise_ruby(const TokenList& list, Recorder& recorder);
void recognise_rust(const TokenList& list, Recorder& recorder);
void recognise_sql(const TokenList& list, Recorder& recorder);

const KeywordTable& c_keywords();
const KeywordTable& csharp_keywords();
const KeywordTable& go_keywords();
const KeywordTable& java_keywords();
const KeywordTable& javascript_keywords();
const KeywordTable& kotlin_keywords();
const KeywordTable& php_keywords();
const KeywordTable& rust_keywords();
const KeywordTable& sql_keywords();
const KeywordTable& python_keywords();
const KeywordTable& ruby_keywords();

// By lines and characters.
void recognise_css(Recorder& recorder, Span range);
// Scripts and styles too; `scratch` is used for them.
void recognise_html(Recorder& recorder, TokenList& scratch);
void recognise_json(Recorder& recorder);
void recognise_yaml(Recorder& recorder);

}  // namespace tenon::index::scan
