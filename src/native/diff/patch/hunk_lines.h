// The lines of a hunk, read off the patch whenever they are asked for: a hunk of millions of short lines costs no more
// memory than its text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace tenon::diff::patch {

enum class LineKind { context, removed, added };

struct HunkLine {
  LineKind kind = LineKind::context;
  std::string_view text;     // with its "\n", unless the patch says that there is none
  std::uint32_t number = 0;  // in the patch, from 1
};

// `\ No newline at end of file`, in any language.
bool says_no_newline(std::string_view line);

// What the first character of a line of a hunk says; nothing: it is no line of a hunk. `line` is not empty. A blank
// line is a context line that lost its space on the way; GNU diff writes it so.
std::optional<LineKind> kind_of_line(std::string_view line);

class HunkLines {
 public:
  class Iterator {
   public:
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using value_type = HunkLine;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    Iterator(std::string_view rest, std::uint32_t number, bool reversed);
    HunkLine operator*() const { return line_; }
    Iterator& operator++();
    Iterator operator++(int);
    bool operator==(const Iterator& other) const { return left_ == other.left_; }

   private:
    void read();
    std::string_view take_line();

    std::string_view rest_;  // behind this line
    std::size_t left_ = 0;   // bytes from this line on; 0: the end
    std::uint32_t number_ = 0;
    bool reversed_ = false;
    HunkLine line_;
  };

  HunkLines() = default;
  // Every line of `body` is one that kind_of_line() or says_no_newline() knows; the first has this number.
  HunkLines(std::string_view body, std::uint32_t first_number) : body_(body), first_number_(first_number) {}

  Iterator begin() const { return {body_, first_number_, reversed_}; }
  Iterator end() const { return {}; }

  std::string_view body() const { return body_; }
  // The same numbers and direction; `body` has as many lines.
  HunkLines with_body(std::string_view body) const;
  // What was added is removed and the other way round.
  HunkLines reversed() const;

 private:
  std::string_view body_;
  std::uint32_t first_number_ = 1;
  bool reversed_ = false;
};

}  // namespace tenon::diff::patch
