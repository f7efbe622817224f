#include "sandbox/syscall_filter.h"

#include <linux/filter.h>

#include <gtest/gtest.h>

namespace tenon::sandbox {
namespace {

TEST(SyscallFilter, IsAProgramTheKernelTakes) {
  const std::string program = syscall_filter();
  EXPECT_EQ(program.size() % sizeof(sock_filter), 0U);
  EXPECT_LT(program.size() / sizeof(sock_filter), static_cast<std::size_t>(BPF_MAXINSNS));
  EXPECT_GT(program.size() / sizeof(sock_filter), 100U);
}

TEST(SyscallFilter, IsTheSameEachTime) { EXPECT_EQ(syscall_filter(), syscall_filter()); }

}  // namespace
}  // namespace tenon::sandbox
