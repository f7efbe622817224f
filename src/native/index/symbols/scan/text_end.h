// Where literals, comments and directives end: positions behind their last byte. What has no end ends with the text,
// but for functions that say kNoEnd. For the inside of this folder.
#pragma once

#include <cstddef>
#include <string_view>

namespace tenon::index::scan {

inline constexpr std::size_t kNoEnd = std::string_view::npos;
enum class Lines { one, many };

std::size_t line_end(std::string_view text, std::size_t from);  // of the newline, or of the text
std::size_t end_after(std::string_view text, std::size_t from, std::string_view closing);

// From the opening quote on; a backslash hides the next byte. With Lines::one: kNoEnd when the line ends first.
std::size_t quoted_end(std::string_view text, std::size_t quote, Lines lines);
// A doubled quote stands for itself.
std::size_t doubled_end(std::string_view text, std::size_t quote);
std::size_t number_end(std::string_view text, std::size_t from);

std::size_t cpp_raw_end(std::string_view text, std::size_t quote);             // R"x(…)x"
std::size_t rust_raw_end(std::string_view text, std::size_t hash);             // r#"…"#; kNoEnd: r#name
std::size_t rust_character_end(std::string_view text, std::size_t quote);      // kNoEnd: a lifetime
std::size_t regular_expression_end(std::string_view text, std::size_t slash);  // kNoEnd: the line ends first
std::size_t nested_comment_end(std::string_view text, std::size_t slash);
std::size_t heredoc_end(std::string_view text, std::size_t label);  // PHP, from behind <<<; kNoEnd: none begins
std::size_t php_begin(std::string_view text, std::size_t from);     // behind the next <?php or <?=
std::size_t percent_literal_end(std::string_view text, std::size_t percent);                // Ruby; kNoEnd: an operator
std::size_t indented_end(std::string_view text, std::size_t from, std::string_view label);  // of a heredoc's line

// Words after which a slash begins a regular expression.
bool may_precede_expression(std::string_view word);

// Of a preprocessor line: with its continuations and comments.
std::size_t directive_end(std::string_view text, std::size_t from);
// Whether the condition of an #if is the number 0.
bool is_zero(std::string_view condition);
// From behind `#if 0` to its #else, #elif or #endif.
std::size_t after_disabled(std::string_view text, std::size_t from);

}  // namespace tenon::index::scan
