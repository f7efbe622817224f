#include "sandbox/uid_lease.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "core/error.h"
#include "native/fsops/temporary_directory.h"

namespace tenon::sandbox {
namespace {

struct Locks {
  fsops::TemporaryDirectory directory{std::filesystem::temp_directory_path(), "tenon-uids-"};
  std::filesystem::path path = directory.path() / "uids";
};

TEST(UidLease, NoTwoAreTheSame) {
  const Locks locks;
  std::vector<UidLease> leases;
  std::set<uid_t> uids;
  for (int i = 0; i < 16; ++i) leases.push_back(UidLease::take(locks.path, {.base = 100, .count = 16}));
  for (const UidLease& lease : leases) uids.insert(lease.uid());
  EXPECT_EQ(uids.size(), 16U);
  EXPECT_EQ(*uids.begin(), 100U);
  EXPECT_EQ(*uids.rbegin(), 115U);
}

TEST(UidLease, NoneIsLeftWhenAllAreTaken) {
  const Locks locks;
  const UidLease first = UidLease::take(locks.path, {.base = 100, .count = 1});
  try {
    UidLease::take(locks.path, {.base = 100, .count = 1});
    FAIL() << "leased twice";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::busy);
  }
}

TEST(UidLease, EndsWithItsOwner) {
  const Locks locks;
  {
    const UidLease lease = UidLease::take(locks.path, {.base = 100, .count = 1});
  }
  EXPECT_TRUE(UidLease::take_exactly(locks.path, 100).has_value());
}

TEST(UidLease, OtherProcessesRespectItAndLoseItWhenTheyDie) {
  const Locks locks;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t other = ::fork();
  if (other == 0) {
    const UidLease lease = UidLease::take(locks.path, {.base = 100, .count = 1});
    [[maybe_unused]] const ssize_t told = ::write(ready[1], "x", 1);
    ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_FALSE(UidLease::take_exactly(locks.path, 100).has_value());
  ::kill(other, SIGKILL);
  ::waitpid(other, nullptr, 0);
  EXPECT_TRUE(UidLease::take_exactly(locks.path, 100).has_value());
  ::close(ready[0]);
  ::close(ready[1]);
}

}  // namespace
}  // namespace tenon::sandbox
