#include "native/diff/file_bytes.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include <gtest/gtest.h>

#include "native/fsops/file_descriptor.h"
#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_directory.h"

namespace tenon::diff {
namespace {

class FileBytes : public ::testing::Test {
 protected:
  FileBytes() {
    std::ofstream(scratch_.path() / "a") << "same";
    std::ofstream(scratch_.path() / "b") << "same";
    std::filesystem::create_hard_link(scratch_.path() / "a", scratch_.path() / "twin");
    std::filesystem::create_symlink("a", scratch_.path() / "link");
  }

  fsops::FileDescriptor open(const char* name) const {
    return fsops::FileDescriptor(::open((scratch_.path() / name).c_str(), O_RDONLY | O_CLOEXEC));
  }

  fsops::TemporaryDirectory scratch_{fsops::busy_test_directory(), "tenon-test-"};
};

TEST_F(FileBytes, OneFileIsKnownByEveryNameOfIt) {
  const fsops::FileDescriptor a = open("a");
  for (const char* name : {"a", "twin", "link"}) {
    EXPECT_EQ(one_file(a.number(), open(name).number()), true) << name;
  }
  EXPECT_EQ(one_file(a.number(), open("b").number()), false);
}

TEST_F(FileBytes, OnlyRegularFilesCountAsOne) {
  const fsops::FileDescriptor directory = open(".");
  EXPECT_EQ(one_file(directory.number(), directory.number()), false);
  const fsops::FileDescriptor null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(one_file(null.number(), null.number()), false);
}

TEST_F(FileBytes, WhatCannotBeLookedAtIsAnError) {
  EXPECT_EQ(one_file(-1, open("a").number()), std::unexpected(EBADF));
}

TEST_F(FileBytes, EqualBytesAreFoundInDifferentFiles) {
  EXPECT_EQ(same_bytes(open("a").number(), open("b").number()), true);
  std::ofstream(scratch_.path() / "b") << "sane";
  EXPECT_EQ(same_bytes(open("a").number(), open("b").number()), false);
  std::ofstream(scratch_.path() / "b") << "same, and more";
  EXPECT_EQ(same_bytes(open("a").number(), open("b").number()), false);
}

}  // namespace
}  // namespace tenon::diff
