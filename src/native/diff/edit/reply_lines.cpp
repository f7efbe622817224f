#include "native/diff/edit/reply_lines.h"

#include <algorithm>

#include "native/diff/edit/line_form.h"

namespace tenon::diff::edit {

std::vector<std::string_view> split_reply(std::string_view text) {
  std::vector<std::string_view> lines;
  lines.reserve(static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::optional<Fence> fence_in(std::string_view line) {
  const std::string_view text = trimmed(line);
  if (text.empty() || (text.front() != '`' && text.front() != '~')) return std::nullopt;
  Fence fence{.character = text.front(), .length = 0, .info = {}};
  while (fence.length < text.size() && text[fence.length] == fence.character) ++fence.length;
  fence.info = trimmed(text.substr(fence.length));
  const bool inline_code = fence.character == '`' && fence.info.find('`') != std::string_view::npos;
  if (fence.length < 3 || inline_code) return std::nullopt;
  return fence;
}

bool closes(const Fence& closer, const Fence& opener) {
  return closer.info.empty() && closer.character == opener.character && closer.length >= opener.length;
}

std::string joined(ReplyLines lines) {
  std::string text;
  for (const std::string_view line : lines) {
    text += line;
    text += '\n';
  }
  return text;
}

std::string without_wrapping(std::string_view text, std::string_view file) {
  const std::vector<std::string_view> lines = split_reply(text);
  ReplyLines inner = lines;
  if (!inner.empty() && !file.empty() && trimmed(inner.front()).ends_with(file)) inner = inner.subspan(1);
  if (inner.size() >= 2) {
    const std::optional<Fence> first = fence_in(inner.front());
    const std::optional<Fence> last = fence_in(inner.back());
    if (first && last && closes(*last, *first)) inner = inner.subspan(1, inner.size() - 2);
  }
  return joined(inner);
}

}  // namespace tenon::diff::edit
