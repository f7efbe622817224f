// Texts and edits by chance, the same for the same seed: for tests of laws.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "native/diff/lines.h"

namespace tenon::diff::testing {

class RandomText {
 public:
  explicit RandomText(std::uint32_t seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }

  // Few different lines, so that they repeat; sometimes without a final newline, with "\r\n" or strange bytes.
  std::string text(std::uint32_t most_lines) {
    std::string result;
    for (std::uint32_t lines = below(most_lines + 1); lines > 0; --lines) result += line();
    if (!result.empty() && below(4) == 0) result.pop_back();
    return result;
  }

  std::string line() {
    static constexpr std::string_view kLines[] = {"\n",
                                                  "{\n",
                                                  "}\n",
                                                  "  return;\n",
                                                  "\tx = 1\n",
                                                  "a b c\n",
                                                  "--- a\n",
                                                  "+++ b\n",
                                                  "@@ -1 +1 @@\n",
                                                  "\\ No newline\n",
                                                  "caf\xc3\xa9\n",
                                                  "\xff\xfe\n",
                                                  "end\r\n",
                                                  " \n",
                                                  "diff --git a/x b/x\n"};
    const std::uint32_t choice = below(std::size(kLines) + 10);
    if (choice < std::size(kLines)) return std::string(kLines[choice]);
    return "word" + std::to_string(below(40)) + " more\n";
  }

  // Removes, adds and replaces lines, moves a block, sometimes loses or gains the final newline.
  std::string edited(std::string_view text) {
    const Lines lines(text);
    const std::uint32_t rate = 1 + below(12);
    std::string result;
    for (std::uint32_t i = 0; i < lines.size(); ++i) {
      const std::uint32_t what = below(4 * rate);
      if (what == 0) continue;
      if (what == 1) result += line();
      if (what == 2) result += std::string(lines[below(i + 1)]);
      if (!result.empty() && !result.ends_with('\n')) result += '\n';
      result += what == 3 ? line() : std::string(lines[i]);
    }
    if (below(6) == 0) result += result.empty() || result.ends_with('\n') ? line() : "\n";
    if (below(8) == 0 && result.ends_with('\n')) result.pop_back();
    return result;
  }

 private:
  std::mt19937 random_;
};

}  // namespace tenon::diff::testing
