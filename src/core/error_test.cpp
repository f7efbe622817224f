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

}  // namespace
}  // namespace tenon
