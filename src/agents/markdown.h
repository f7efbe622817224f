// Texts of people inside Markdown: shown as they are, never as markup.
#pragma once

#include <string>
#include <string_view>

namespace tenon::agents {

std::string md_text(std::string_view text);   // on one line, markup characters escaped
std::string md_cell(std::string_view text);   // inside a table
std::string md_quote(std::string_view text);  // behind "> "; line breaks stay in the quote

}  // namespace tenon::agents
