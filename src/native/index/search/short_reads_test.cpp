#include "native/index/search/short_reads.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "native/index/search/search_tree.h"

namespace tenon::index {
namespace {

// The list of a process's mappings comes a page at a time, and the last of them are far behind its first page.
TEST(ShortReads, AFileThatComesInPiecesIsReadToItsEnd) {
  const LinePattern pattern({.patterns = {"[vdso]"}, .syntax = Syntax::literal});
  fsops::TreeWalkOptions walk;
  walk.globs = {{.pattern = "smaps"}};
  walk.max_depth = 1;
  std::set<std::string> found;
  search_tree("/proc/self", pattern, {}, walk, {}, [&](FileResult&& result) {
    found.insert(result.path);
    return true;
  });
  EXPECT_EQ(found, (std::set<std::string>{"smaps"}));
}

}  // namespace
}  // namespace tenon::index
