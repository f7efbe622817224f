// How an author's indentation becomes the file's, learned from the lines of a hunk that were matched without looking at
// it. For the inside of this folder.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::diff::edit {

class Reindentation {
 public:
  // Indentation of one line as the author wrote it and as the file has it. Blank lines say nothing: leave them out.
  void learn(std::string_view written, std::string_view real);

  // All lines have the same text in front, in the file or in the hunk.
  bool is_uniform_shift() const;

  // What an added line with this indentation gets; nothing: it would be a guess. Tried in this order: what a line of
  // the hunk with the same indentation has; the uniform shift; the same step everywhere (4 spaces are a tab).
  std::optional<std::string> apply(std::string_view written) const;

 private:
  struct Shift {
    std::string text;
    bool added = true;  // in front of what is written; else removed from it
  };
  std::optional<Shift> shift() const;
  std::optional<std::string> by_steps(std::string_view written) const;

  std::map<std::string, std::string, std::less<>> known_;
  bool contradictory_ = false;  // one indentation stands for two
};

}  // namespace tenon::diff::edit
