// Which line of a text names the function, class or section that what follows belongs to: shown behind the second @@ of
// a hunk, and what "function context" extends to.
//
// Without a driver a line counts that begins with a letter, `_` or `$`, as for diff -p and git. Drivers know a
// language; they are the same that git has (gitattributes(5), "defining a custom hunk-header"), chosen by the name of
// the file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::diff {

// Longest text that is shown, in bytes; longer ones are cut, not inside a UTF-8 sequence.
inline constexpr std::size_t kLongestFunctionText = 80;

// One rule of a driver: the first one whose pattern (RE2) matches decides.
struct FunctionRule {
  enum class Verdict { names, excludes } verdict = Verdict::names;
  std::string pattern;  // what is shown is its first group, or all it matched if it has none
};

// Thread safe once made.
class FunctionLines {
 public:
  FunctionLines();                                                 // the rule for all languages
  explicit FunctionLines(const std::vector<FunctionRule>& rules);  // throws invalid_argument for a bad pattern
  FunctionLines(FunctionLines&&) noexcept;
  FunctionLines& operator=(FunctionLines&&) noexcept;
  ~FunctionLines();

  // What to show for the line; nothing if it names no function.
  std::optional<std::string_view> text_of(std::string_view line) const;

  // By the name of a driver ("python"), or of a file; the rule for all languages if there is none.
  static FunctionLines of_driver(std::string_view name);
  static FunctionLines of_file(std::string_view path);

 private:
  struct Compiled;
  std::vector<Compiled> rules_;
};

}  // namespace tenon::diff
