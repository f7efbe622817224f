#include "delivery/workplace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "native/fsops/temporary_directory.h"

namespace tenon::delivery {
namespace {

TEST(Workplace, HasOneOwnerAtATime) {
  const fsops::TemporaryDirectory directory(std::filesystem::temp_directory_path(), "workplace-");
  const auto data = directory.path() / "data";
  EXPECT_EQ(owner_socket(data), std::nullopt);
  {
    const Workplace owner(data);
    EXPECT_EQ(owner_socket(data), data / "control.sock");
    try {
      const Workplace second(data);
      FAIL() << "two owners";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::busy);
      EXPECT_THAT(error.what(), testing::HasSubstr(std::to_string(::getpid())));
    }
  }
  EXPECT_EQ(owner_socket(data), std::nullopt);
  const Workplace next(data);
}

}  // namespace
}  // namespace tenon::delivery
