#include "sandbox/ledger.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "native/fsops/temporary_directory.h"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;

struct World {
  fsops::TemporaryDirectory directory{fs::temp_directory_path(), "tenon-ledger-"};

  // As a supervisor that is killed leaves it.
  void killed_supervisor(const Holding& holding) const {
    const pid_t other = ::fork();
    if (other == 0) {
      const Ledger ledger(directory.path());
      const Ledger::Line line = ledger.write(holding);
      ::_exit(0);  // no destructor runs
    }
    ::waitpid(other, nullptr, 0);
  }

  std::vector<std::string> settle(const Ledger& ledger) const {
    std::vector<std::string> ids;
    ledger.settle([&](const Holding& holding) { ids.push_back(holding.id.text); });
    return ids;
  }
};

TEST(Ledger, LeavesNothingWhenAllWentWell) {
  const World world;
  {
    const Ledger ledger(world.directory.path());
    const Ledger::Line line = ledger.write({.id = SandboxId::make()});
    EXPECT_FALSE(fs::is_empty(ledger.own()));
  }
  EXPECT_TRUE(fs::is_empty(world.directory.path()));
}

TEST(Ledger, HoldingsOfTheDeadAreSettledOnce) {
  const World world;
  const Holding holding{
      .id = SandboxId::make(), .uid = 7, .cgroup = "g", .lent = {{"/w", 1, 2}}, .directories = {"/t"}};
  world.killed_supervisor(holding);
  const Ledger ledger(world.directory.path());
  Holding seen;
  EXPECT_EQ(ledger.settle([&](const Holding& found) { seen = found; }), 1U);
  EXPECT_EQ(seen.id, holding.id);
  EXPECT_EQ(seen.uid, 7U);
  EXPECT_EQ(seen.lent.at(0).path, "/w");
  EXPECT_EQ(world.settle(ledger).size(), 0U);
}

TEST(Ledger, HoldingsOfTheLivingAreLeftAlone) {
  const World world;
  const Ledger living(world.directory.path());
  const Ledger::Line line = living.write({.id = SandboxId::make()});
  const Ledger next(world.directory.path());
  EXPECT_EQ(world.settle(next).size(), 0U);
}

TEST(Ledger, LineThatWasCutOffIsPassedOver) {
  const World world;
  world.killed_supervisor({.id = SandboxId{"box_whole"}});
  for (const auto& supervisor : fs::directory_iterator(world.directory.path())) {
    std::ofstream(supervisor.path() / "box_cut.json") << R"({"id": "box_cu)";
  }
  const Ledger next(world.directory.path());
  EXPECT_EQ(world.settle(next), std::vector<std::string>{"box_whole"});
}

}  // namespace
}  // namespace tenon::sandbox
