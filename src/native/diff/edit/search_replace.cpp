#include "native/diff/edit/search_replace.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "native/diff/edit/file_name.h"
#include "native/diff/edit/least_changes.h"
#include "native/diff/edit/line_form.h"

namespace tenon::diff::edit {
namespace {

constexpr std::size_t kShortest = 5;
constexpr std::size_t kLongest = 9;

// Length of the marker in a line that is `character` 5 to 9 times and then `word`; 0: the line is something else.
std::size_t marker_length(std::string_view line, char character, std::string_view word) {
  std::size_t length = 0;
  while (length < line.size() && line[length] == character) ++length;
  if (length < kShortest || length > kLongest) return 0;
  std::string_view rest = trimmed(line.substr(length));
  if (rest.ends_with('>') && character == '<') rest.remove_suffix(1);
  return rest == word ? length : 0;
}

std::size_t search_marker(std::string_view line) { return marker_length(line, '<', "SEARCH"); }
std::size_t middle_marker(std::string_view line) { return marker_length(line, '=', ""); }
std::size_t replace_marker(std::string_view line) { return marker_length(line, '>', "REPLACE"); }

struct Block {
  std::size_t begin = 0;   // the search marker
  std::size_t middle = 0;  //
  std::size_t end = 0;     // the replace marker
};

ReplyFailure failure(std::size_t index, std::string message, std::string hint) {
  return {.line = static_cast<std::uint32_t>(index + 1), .message = std::move(message), .hint = std::move(hint)};
}

std::expected<Block, ReplyFailure> block_at(ReplyLines reply, std::size_t begin) {
  Block block{.begin = begin};
  std::vector<std::size_t> middles;
  for (std::size_t i = begin + 1; i < reply.size() && block.end == 0; ++i) {
    if (search_marker(reply[i]) > 0) break;
    if (middle_marker(reply[i]) > 0) middles.push_back(i);
    if (replace_marker(reply[i]) > 0) block.end = i;
  }
  if (middles.empty()) {
    return std::unexpected(failure(begin, "the block that begins here has no `=======`: Expected `=======`",
                                   "Put `=======` between the lines to find and the lines to put there."));
  }
  if (block.end == 0) {
    return std::unexpected(failure(begin,
                                   "the block that begins here is not closed: Expected `>>>>>>> REPLACE` or `=======`",
                                   "End each block with `>>>>>>> REPLACE`; if the reply was cut off, send it again."));
  }
  if (middles.size() > 1) {
    std::erase_if(middles, [&](std::size_t i) { return middle_marker(reply[i]) != search_marker(reply[begin]); });
  }
  if (middles.size() != 1) {
    return std::unexpected(failure(begin, "several lines of the block could be its middle marker",
                                   "Give all three markers of this block another length, from 5 to 9 characters, "
                                   "that no line inside it has."));
  }
  block.middle = middles.front();
  return block;
}

bool is_wrapped(ReplyLines part) {
  if (part.size() < 2) return false;
  const std::optional<Fence> first = fence_in(part.front());
  const std::optional<Fence> last = fence_in(part.back());
  return first && last && closes(*last, *first);
}

FileEdit edit_of(ReplyLines reply, const Block& block, std::string path) {
  const ReplyLines search = reply.subspan(block.begin + 1, block.middle - block.begin - 1);
  const ReplyLines replace = reply.subspan(block.middle + 1, block.end - block.middle - 1);
  const bool unwrap = !is_prose(path) && is_wrapped(search) && is_wrapped(replace);
  const std::string old_text = unwrap ? without_wrapping(joined(search), path) : joined(search);
  std::string new_text = unwrap ? without_wrapping(joined(replace), path) : joined(replace);
  FileEdit file{.operation = Operation::update,
                .path = std::move(path),
                .move_to = {},
                .hunks = {},
                .contents = {},
                .reply_line = static_cast<std::uint32_t>(block.begin + 1)};
  if (is_blank(old_text) && old_text.find_first_not_of('\n') == std::string::npos) {
    file.operation = Operation::create;
    file.contents = std::move(new_text);
    return file;
  }
  Hunk hunk = hunk_between(old_text, new_text);
  hunk.reply_line = file.reply_line;
  file.hunks.push_back(std::move(hunk));
  return file;
}

}  // namespace

bool is_search_marker(std::string_view line) { return search_marker(line) > 0; }

std::expected<std::vector<FileEdit>, ReplyFailure> find_blocks(ReplyLines reply,
                                                               const std::vector<std::string>& known_files) {
  std::vector<FileEdit> files;
  std::size_t done = 0;  // the line after the block before
  for (std::size_t i = 0; i < reply.size(); ++i) {
    if (!is_search_marker(reply[i])) continue;
    std::expected<Block, ReplyFailure> block = block_at(reply, i);
    if (!block) return std::unexpected(std::move(block.error()));
    const bool creates = block->middle == i + 1;
    std::optional<std::string> name =
        file_name_above(reply.subspan(done, i - done), creates ? std::vector<std::string>() : known_files);
    if (!name && !files.empty()) name = files.back().path;
    if (!name) {
      return std::unexpected(failure(i, "the filename is missing above the block",
                                     "Put the path of the file alone on the line above the block or its fence."));
    }
    files.push_back(edit_of(reply, *block, std::move(*name)));
    i = block->end;
    done = i + 1;
  }
  return files;
}

}  // namespace tenon::diff::edit
