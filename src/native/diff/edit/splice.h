// What a matched hunk does to the bytes of a file. For the inside of this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "native/diff/edit/ladder.h"

namespace tenon::diff::edit {

// Bytes [begin, end) of the file become `text`; begin == end inserts.
struct Splice {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
  std::uint32_t removed = 0;  // lines
  std::uint32_t added = 0;    // lines

  bool operator==(const Splice&) const = default;
};

// What a last line that is added ends in.
enum class LastLine {
  as_before,  // in a newline, if the last line of the file did
  ended       // in a newline
};

// In order of the file. The error is a sentence that says why what is to be written would be a guess.
std::expected<std::vector<Splice>, std::string> splices_of(const FileText& file, const Hunk& hunk, const Match& match,
                                                           LastLine last_line);

// Lines at the end of the file.
Splice appended(const FileText& file, const std::vector<std::string>& lines, LastLine last_line);

// `splices` do not overlap and are in order.
std::string with_splices(std::string_view text, const std::vector<Splice>& splices);

// One of both changes bytes that the other changes or both add at the same place.
bool overlap(const Splice& one, const Splice& other);

}  // namespace tenon::diff::edit
