#include "native/diff/edit/whole_file.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "native/diff/edit/file_name.h"
#include "native/diff/edit/line_form.h"
#include "native/fsops/workspace_path.h"

namespace tenon::diff::edit {
namespace {

ReplyFailure failure(std::size_t index, std::string message, std::string hint) {
  return {.line = static_cast<std::uint32_t>(index + 1), .message = std::move(message), .hint = std::move(hint)};
}

// The line that ends the fence at `begin`; nothing: none does.
std::optional<std::size_t> end_of_fence(ReplyLines reply, std::size_t begin, const Fence& opener) {
  std::vector<Fence> open = {opener};
  for (std::size_t i = begin + 1; i < reply.size(); ++i) {
    const std::optional<Fence> fence = fence_in(reply[i]);
    if (!fence) continue;
    if (closes(*fence, open.back())) {
      open.pop_back();
      if (open.empty()) return i;
    } else if (!fence->info.empty() && fence->character == opener.character && fence->length >= opener.length) {
      open.push_back(*fence);
    }
  }
  return std::nullopt;
}

// `# ... rest of the code unchanged ...`: written into the file it would be the end of the code.
bool stands_for_left_out_text(std::string_view line) {
  std::string_view text = trimmed(line);
  constexpr std::array kComments = std::to_array<std::string_view>({"#", "//", "/*", "<!--", "--", ";", "%", "{/*"});
  const auto opener = std::ranges::find_if(kComments, [&](std::string_view mark) { return text.starts_with(mark); });
  if (opener == kComments.end()) return false;
  text = trimmed(text.substr(opener->size()));
  const bool dots = text.starts_with("...") || text.starts_with("\u2026") || text.starts_with("[...");
  constexpr std::array kWords = std::to_array<std::string_view>(
      {"existing", "rest of", "unchanged", "remain", "same as", "previous", "as before"});
  return dots &&
         std::ranges::any_of(kWords, [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

bool says_diff_or_script(std::string_view info) {
  constexpr std::array kLanguages =
      std::to_array<std::string_view>({"diff", "patch", "sh", "bash", "zsh", "shell", "console"});
  const std::string_view language = info.substr(0, info.find_first_of(" \t"));
  return std::ranges::find(kLanguages, language) != kLanguages.end();
}

bool begins_as_diff(ReplyLines body) {
  constexpr std::array kMarks = std::to_array<std::string_view>({"diff ", "Index: ", "--- ", "+++ ", "@@"});
  const auto first = std::ranges::find_if_not(body, is_blank);
  return first != body.end() &&
         std::ranges::any_of(kMarks, [&](std::string_view mark) { return first->starts_with(mark); });
}

}  // namespace

std::optional<FencedPart> fenced_part(ReplyLines reply, std::size_t above, std::size_t begin) {
  const std::optional<Fence> fence = fence_in(reply[begin]);
  const std::optional<std::size_t> last = fence ? end_of_fence(reply, begin, *fence) : std::nullopt;
  if (!last) return std::nullopt;
  FencedPart part{.last = *last};
  if (says_diff_or_script(fence->info) || begins_as_diff(reply.subspan(begin + 1, *last - begin - 1))) return part;
  part.shows_file = file_name_in(*fence) || file_name_above(reply.subspan(above, begin - above), {}, LoneWord::is_text);
  return part;
}

std::expected<std::vector<FileEdit>, ReplyFailure> find_whole_files(ReplyLines reply) {
  std::vector<FileEdit> files;
  std::size_t done = 0;
  bool last_was_file = false;
  for (std::size_t i = 0; i < reply.size(); ++i) {
    const std::optional<Fence> fence = fence_in(reply[i]);
    if (!fence) continue;
    std::optional<std::string> name = file_name_in(*fence);
    if (!name) name = file_name_above(reply.subspan(done, i - done), {}, LoneWord::is_text);
    const std::optional<std::size_t> end = end_of_fence(reply, i, *fence);
    const bool may_belong_to_last = last_was_file && fence->info.empty() && !name;
    if (may_belong_to_last && (!end || is_prose(files.back().path))) {
      return std::unexpected(
          failure(i,
                  fmt::format("it is not clear where the text of '{}' ends: there is a fence too many",
                              fsops::printable(files.back().path)),
                  "Put a file that has fences itself between longer fences."));
    }
    if (!end && name) {
      return std::unexpected(failure(i, fmt::format("the fence of '{}' is not closed", fsops::printable(*name)),
                                     "Send the whole file again; the reply seems cut off."));
    }
    if (!end) break;
    last_was_file = name.has_value();
    if (name) {
      const ReplyLines body = reply.subspan(i + 1, *end - i - 1);
      const auto left_out = std::ranges::find_if(body, stands_for_left_out_text);
      if (left_out != body.end()) {
        return std::unexpected(failure(i + 1 + static_cast<std::size_t>(left_out - body.begin()),
                                       fmt::format("'{}' leaves out a part of '{}'",
                                                   fsops::printable(trimmed(*left_out)), fsops::printable(*name)),
                                       "Write the file out in full, or send only the changed parts as search/replace "
                                       "blocks."));
      }
      files.push_back({.operation = Operation::replace,
                       .path = std::move(*name),
                       .move_to = {},
                       .hunks = {},
                       .contents = joined(body),
                       .reply_line = static_cast<std::uint32_t>(i + 1)});
    }
    i = *end;
    done = i + 1;
  }
  return files;
}

}  // namespace tenon::diff::edit
