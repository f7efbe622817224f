// The lines of a reply, and what they look like. For the inside of this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::diff::edit {

using ReplyLines = std::span<const std::string_view>;

// Without line ends; "\r\n" is one.
std::vector<std::string_view> split_reply(std::string_view text);

// A code fence (CommonMark 0.31, 4.5): at least three backticks or tildes.
struct Fence {
  char character = '`';
  std::size_t length = 0;
  std::string_view info;  // what follows, trimmed
};
std::optional<Fence> fence_in(std::string_view line);

// `closer` ends the block that `opener` began.
bool closes(const Fence& closer, const Fence& opener);

// The text of lines, each ended by "\n".
std::string joined(ReplyLines lines);

// Without one pair of fences around it, and the name of the file above them.
std::string without_wrapping(std::string_view text, std::string_view file);

}  // namespace tenon::diff::edit
