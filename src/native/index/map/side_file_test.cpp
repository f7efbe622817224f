#include "native/index/map/side_file.h"

#include <gtest/gtest.h>

namespace tenon::index {
namespace {

TEST(SideFile, IsToldByFoldersAndEndingsThatToolsAgreeOn) {
  for (const char* path : {"tests/a.py", "src/x_test.cpp", "web/a.spec.ts", "vendor/lib/a.go", "js/jquery.min.js",
                           "a/node_modules/b/c.js", "test_app.py", "FooTest.java", "api/x.pb.h"}) {
    EXPECT_TRUE(is_side_file(path)) << path;
  }
  for (const char* path : {"src/main.cpp", "contest/a.py", "src/latest.js", "attestation.go", "src/tester.rs", ""}) {
    EXPECT_FALSE(is_side_file(path)) << path;
  }
}

}  // namespace
}  // namespace tenon::index
