// Random texts and versions of them, for laws that hold for all of them. The same seed makes the same texts.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace tenon::diff::testing {

enum class LineEnds { unix, windows, mixed };

class RandomVersions {
 public:
  explicit RandomVersions(std::uint32_t seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

  // Lines of code-like text: some of a kind that repeats, some with no letters, some of their own.
  std::string line() {
    static const std::vector<std::string> common = {"}", "{", "", "  return;", "  }", "# ---", "end", "\t", "};"};
    if (below(3) == 0) return common[below(static_cast<std::uint32_t>(common.size()))];
    return "statement " + std::to_string(below(1000)) + ";";
  }

  std::vector<std::string> lines(std::uint32_t most) {
    std::vector<std::string> made(below(most + 1));
    for (std::string& one : made) one = line();
    return made;
  }

  // A version with a few lines replaced, removed, added or moved.
  std::vector<std::string> edited(std::vector<std::string> lines, std::uint32_t most_edits) {
    for (std::uint32_t edits = below(most_edits + 1); edits > 0; --edits) edit(lines);
    return lines;
  }

  std::string text(const std::vector<std::string>& lines, LineEnds ends) {
    std::string joined;
    for (const std::string& one : lines) {
      const bool windows = ends == LineEnds::windows || (ends == LineEnds::mixed && below(2) == 0);
      joined += one + (windows ? "\r\n" : "\n");
    }
    if (below(4) == 0 && !joined.empty()) joined.pop_back();
    return joined;
  }

 private:
  void edit(std::vector<std::string>& lines) {
    const auto at = static_cast<std::ptrdiff_t>(below(static_cast<std::uint32_t>(lines.size()) + 1));
    const auto here = lines.begin() + at;
    if (here == lines.end() || below(3) == 0) {
      lines.insert(here, line());
      return;
    }
    switch (below(3)) {
      case 0:
        lines.erase(here);
        return;
      case 1:
        *here = line();
        return;
      default:
        std::iter_swap(here, lines.begin());
    }
  }

  std::mt19937 random_;
};

}  // namespace tenon::diff::testing
