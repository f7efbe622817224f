#include "core/error.h"

#include <cerrno>
#include <set>

#include <gtest/gtest.h>
#include <boost/describe.hpp>

namespace tenon {
namespace {

TEST(Error, EveryCodeHasItsOwnExitCode) {
  std::set<int> seen{0};
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<ErrorCode>>([&](auto enumerator) {
    EXPECT_TRUE(seen.insert(exit_code(enumerator.value)).second) << enumerator.name << " shares its exit code";
    EXPECT_GE(http_status(enumerator.value), 400) << enumerator.name;
  });
}

TEST(Error, FullDiskIsRecognised) {
  EXPECT_EQ(system_error("writing x", ENOSPC).code(), ErrorCode::storage_full);
  EXPECT_EQ(system_error("writing x", EROFS).code(), ErrorCode::permission_denied);
}

TEST(Error, WhatAPersonNamesWronglyIsNoDefectOfOurs) {
  for (const int error_number : {ENOTDIR, EISDIR, ENOTEMPTY, EEXIST}) {
    EXPECT_EQ(system_error("reading x", error_number).code(), ErrorCode::conflict) << error_number;
  }
  for (const int error_number : {ELOOP, ENAMETOOLONG}) {
    EXPECT_EQ(system_error("reading x", error_number).code(), ErrorCode::invalid_argument) << error_number;
  }
  EXPECT_EQ(system_error("reading x", ENOENT).code(), ErrorCode::not_found);
  EXPECT_EQ(system_error("reading x", EINVAL).code(), ErrorCode::internal);
}

TEST(Error, TheHintOfAFullDiskFitsEveryCommand) {
  EXPECT_EQ(system_error("writing x", ENOSPC).hint(), "Free some space, then try again.");
}

}  // namespace
}  // namespace tenon
