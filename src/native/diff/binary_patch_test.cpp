#include "native/diff/binary_patch.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "native/diff/file_header.h"
#include "native/diff/testing/random_text.h"
#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_directory.h"

namespace tenon::diff {
namespace {

TEST(BinaryPatch, ObjectsAreNamedAsGitNamesThem) {
  EXPECT_EQ(blob_name(""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  EXPECT_EQ(blob_name("hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
}

std::string random_bytes(testing::RandomText& random, std::uint32_t length) {
  std::string bytes(length, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.below(256));
  return bytes;
}

TEST(BinaryPatch, GitAppliesIt) {
  const fsops::TemporaryDirectory scratch(fsops::busy_test_directory(), "tenon-binary-patch-");
  testing::RandomText random(5);
  std::map<std::string, std::string> expected;
  std::string patch;
  for (std::uint32_t length = 1; length < 120; ++length) {
    const std::string name = fmt::format("f{}", length);
    const std::string before = random_bytes(random, length);
    const std::string after = random_bytes(random, random.below(400));
    const bool added = length % 3 == 0;
    if (!added) std::ofstream(scratch.path() / name, std::ios::binary) << before;
    FileHeader header{.after = {{.path = name}}};
    if (!added) header.before = {{.path = name}};
    patch += header_text(header, Body::none);
    patch += binary_patch_text(added ? std::nullopt : std::optional<std::string_view>(before), after);
    expected[name] = after;
  }
  std::ofstream(scratch.path() / "patch", std::ios::binary) << patch;
  const std::string run = fmt::format("cd '{}' && git apply patch", scratch.path().string());
  ASSERT_EQ(std::system(run.c_str()), 0);
  for (const auto& [name, bytes] : expected) {
    std::ifstream in(scratch.path() / name, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), bytes) << name;
  }
}

}  // namespace
}  // namespace tenon::diff
