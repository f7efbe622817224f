// Reading the small languages of recurrence rules: split lists, numbers in a range, names.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::durable {

std::string upper_case(std::string_view text);

// "a,,b" has three words, the second is empty.
std::vector<std::string_view> split(std::string_view text, char separator);

// A decimal number with an optional sign and at most ten digits; nothing when it is anything else.
std::optional<long> parse_number(std::string_view text);

// Place of an upper-case name in a list of three-letter or two-letter names written one after the other.
std::optional<int> place_of(std::string_view name, std::string_view names, std::size_t letters);

}  // namespace tenon::durable
