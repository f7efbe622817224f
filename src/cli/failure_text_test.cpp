#include "cli/failure_text.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace tenon::cli {
namespace {

TEST(FailureText, OnlyWhatWorksOnARunCanBeResumed) {
  const Error full = system_error("cannot write the output", ENOSPC);
  EXPECT_EQ(failure_text(full, {}),
            "tenon: cannot write the output: No space left on device\n       Free some space, then try again.\n");
  EXPECT_EQ(failure_of_run(full).hint(), "Free some space, then run `tenon resume`.");
  EXPECT_EQ(failure_of_run(system_error("reading x", ENOENT)).hint(), "");
}

}  // namespace
}  // namespace tenon::cli
