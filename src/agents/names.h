// How things are called: English plurals, identifiers, titles. ASCII rules; letters beyond ASCII are kept in texts and
// transliterated or dropped in identifiers.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::agents {

// Lower case, for ASCII letters.
std::string lower(std::string_view text);

// "Stock movements!" → "stock_movements"; never starts with a digit; empty when nothing is left.
std::string snake_case(std::string_view text);

// "stock_movement" → "stock-movement"
std::string kebab_case(std::string_view text);

// "stock_movement" → "StockMovement"
std::string pascal_case(std::string_view text);

// "stock_movement" → "Stock movement"
std::string sentence_case(std::string_view identifier);

// The last word of a snake_case or spoken name is put into the other number. Irregular ones come from data.
using Irregular = std::map<std::string, std::string>;  // singular: plural
std::string plural_of(std::string_view name, const Irregular& irregular);
std::string singular_of(std::string_view name, const Irregular& irregular);

std::string trimmed(std::string_view text);
std::string joined(const std::vector<std::string>& parts, std::string_view separator);

// "a, b and c"
std::string listed(const std::vector<std::string>& parts);

}  // namespace tenon::agents
