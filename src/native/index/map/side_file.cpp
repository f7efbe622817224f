#include "native/index/map/side_file.h"

#include <algorithm>
#include <array>

namespace tenon::index {
namespace {

constexpr std::array<std::string_view, 18> kFolders = {
    "test",    "tests",  "testing",     "__tests__",    "spec",      "fixtures", "testdata", "examples", "example",
    "samples", "vendor", "third_party", "node_modules", "generated", "dist",     "bench",    "benches",  "benchmarks"};
constexpr std::array<std::string_view, 14> kNameParts = {"_test.", "_tests.",  ".test.",      ".spec.",     "_spec.",
                                                         "Test.",  "Tests.",   "_bench.",     ".min.",      ".pb.",
                                                         "_pb2.",  ".bundle.", ".generated.", "_generated."};

}  // namespace

bool is_side_file(std::string_view path) {
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    if (std::ranges::find(kFolders, path.substr(0, slash)) != kFolders.end()) return true;
    path.remove_prefix(slash + 1);
  }
  if (path.starts_with("test_") || path == "conftest.py") return true;
  return std::ranges::any_of(kNameParts, [&](std::string_view part) { return path.contains(part); });
}

}  // namespace tenon::index
