// A text of the snapshot with what is needed to find lines in it: for each form of comparison an index from the hash of
// a line to the places where it stands, built when it is first asked for. The text must outlive it. Not thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "native/diff/edit/line_form.h"
#include "native/diff/lines.h"

namespace tenon::diff::edit {

// XXH3 of lines in one form, and for each hash its lines in ascending order.
class LineIndex {
 public:
  explicit LineIndex(std::vector<std::uint64_t> hashes);

  std::uint64_t hash(std::uint32_t line) const { return hashes_[line]; }
  const std::vector<std::uint64_t>& hashes() const { return hashes_; }

  // Lines with this hash, at most `limit`.
  std::vector<std::uint32_t> places(std::uint64_t hash, std::size_t limit) const;
  std::size_t count(std::uint64_t hash, std::size_t limit) const;

 private:
  static constexpr std::uint32_t kEnd = UINT32_MAX;
  template <class Visit>
  void each_place(std::uint64_t hash, Visit visit) const;

  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> first_;  // by the low bits of the hash
  std::vector<std::uint32_t> next_;
};

std::uint64_t line_hash(std::string_view line, LineForm form, std::string& scratch);

class FileText {
 public:
  explicit FileText(std::string_view text);

  std::string_view text() const { return text_; }
  std::uint32_t size() const { return lines_.size(); }

  // Without line end, and without the byte order mark (U+FEFF as UTF-8) of the first line.
  std::string_view content(std::uint32_t line) const;
  // "\n", "\r\n", or nothing for a last line without newline.
  std::string_view terminator(std::uint32_t line) const;
  // Of the bytes of content(); of size(): the end of the text.
  std::size_t begin(std::uint32_t line) const;
  std::size_t end(std::uint32_t line) const { return lines_.start(line + 1); }

  bool ends_with_newline() const { return lines_.ends_with_newline(); }
  // What most lines end in; "\n" for a text without line ends.
  std::string_view usual_terminator() const { return usual_terminator_; }

  const LineIndex& index(LineForm form) const;

 private:
  std::string_view text_;
  Lines lines_;
  std::size_t mark_ = 0;  // length of the byte order mark
  std::string_view usual_terminator_;
  mutable std::array<std::unique_ptr<LineIndex>, kLineForms> indexes_;
};

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace tenon::diff::edit
