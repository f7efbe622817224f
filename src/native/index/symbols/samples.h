// The files in samples/, for tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "native/index/symbols/symbol.h"

namespace tenon::index::testing {

struct Sample {
  std::string name;  // with the extension of its language
  std::string text;
  std::string symbols;
};

inline std::string read_whole(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<Sample> samples() {
  const std::filesystem::path folder = std::filesystem::path(TENON_SOURCE_DIR) / "src/native/index/symbols/samples";
  std::vector<Sample> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".txt") continue;
    std::filesystem::path expected = entry.path();
    expected.replace_extension(".symbols");
    found.push_back({entry.path().stem().string(), read_whole(entry.path()), read_whole(expected)});
  }
  return found;
}

inline std::string listed(const std::vector<Symbol>& symbols) {
  std::string text;
  for (const Symbol& symbol : symbols) {
    const std::string scope = scope_of(symbols, symbol);
    text += fmt::format("{}-{} {} {}{}{}\n", symbol.line, symbol.last_line, word(symbol.kind), scope,
                        scope.empty() ? "" : ".", symbol.name);
  }
  return text;
}

}  // namespace tenon::index::testing
