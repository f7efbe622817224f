#include "native/diff/edit/file_style.h"

#include "native/diff/edit/file_text.h"

namespace tenon::diff::edit {

std::string in_style_of(std::string_view before, std::string_view contents, FinalNewlineOf final_newline) {
  const FileText file(before);
  const FileText wanted(contents);
  std::string result;
  if (before.starts_with(kByteOrderMark)) result = kByteOrderMark;
  const bool ends = final_newline == FinalNewlineOf::contents || before.empty() || file.ends_with_newline();
  for (std::uint32_t line = 0; line < wanted.size(); ++line) {
    result += wanted.content(line);
    const bool last = line + 1 == wanted.size();
    if (wanted.terminator(line).empty() || (last && !ends)) continue;
    result += file.usual_terminator();
  }
  return result;
}

}  // namespace tenon::diff::edit
