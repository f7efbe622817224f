#include "sandbox/stray_processes.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "core/ids.h"
#include "io/process.h"

namespace tenon::sandbox {
namespace {

TEST(StrayProcesses, OnlyThoseWithTheMarkerAreKilled) {
  const std::string marker = "TENON_TEST=" + new_ulid();
  io::SpawnRequest request;
  request.argv = {"/bin/sleep", "1000"};
  request.environment = {"A=1", marker, "B=2"};
  io::Process marked = io::spawn(request);
  request.environment = {marker + "x"};
  io::Process other = io::spawn(request);
  kill_processes_with(marker);
  EXPECT_EQ(marked.wait().signal, SIGKILL);
  EXPECT_TRUE(other.signal(SIGTERM));
  EXPECT_EQ(other.wait().signal, SIGTERM);
}

}  // namespace
}  // namespace tenon::sandbox
