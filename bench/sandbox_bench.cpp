// What a sandbox costs: the same /bin/true bare and sandboxed, in one run; and how fast a whole tree dies.
//
//   build/bench/sandbox_bench
//
// Medians count ("p50" of each). The overhead must stay within 6 ms on a quiet machine, a kill within 50 ms.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stop_token>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/config.h"
#include "native/fsops/temporary_directory.h"
#include "sandbox/sandbox.h"

namespace {

using namespace tenon;
namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

struct World {
  fsops::TemporaryDirectory directory{fs::temp_directory_path(), "tenon-bench-"};
  Settings settings =
      read_settings({{"TENON_DATA", (directory.path() / "data").string()}, {"HOME", "/"}}, "/nowhere/tenon");
  sandbox::Sandbox box{settings, fs::read_symlink("/proc/self/exe")};
  sandbox::Command command;

  World() {
    command.workspace = directory.path() / "workspace";
    command.limits = sandbox::limits_from(settings);
    fs::create_directory(command.workspace);
  }
};

double milliseconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

double percentile(std::vector<double> times, double share) {
  std::ranges::sort(times);
  return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
}

void run_bare() {
  char* const arguments[] = {const_cast<char*>("/bin/true"), nullptr};
  char* const environment[] = {nullptr};
  pid_t pid = 0;
  ::posix_spawn(&pid, "/bin/true", nullptr, nullptr, arguments, environment);
  ::waitpid(pid, nullptr, 0);
}

// Taken in turn, so that both see the same machine.
void Start(benchmark::State& state) {
  World world;
  world.command.argv = {"/bin/true"};
  std::vector<double> bare;
  std::vector<double> sandboxed;
  for (auto _ : state) {
    auto start = SteadyClock::now();
    run_bare();
    bare.push_back(milliseconds_since(start));
    start = SteadyClock::now();
    if (!world.box.run(world.command).succeeded()) state.SkipWithError("the sandbox failed");
    sandboxed.push_back(milliseconds_since(start));
  }
  state.counters["bare_p50_ms"] = percentile(bare, 0.5);
  state.counters["sandbox_p50_ms"] = percentile(sandboxed, 0.5);
  state.counters["sandbox_p95_ms"] = percentile(sandboxed, 0.95);
  state.counters["overhead_p50_ms"] = percentile(sandboxed, 0.5) - percentile(bare, 0.5);
}
BENCHMARK(Start)->Iterations(300)->Unit(benchmark::kMillisecond)->UseRealTime();

// From the stop request to the record: by then all 50 processes are dead.
void KillTree(benchmark::State& state) {
  World world;
  const fs::path mark = world.command.workspace / "up";
  world.command.argv = {"/bin/sh", "-c", "trap '' TERM; for i in $(seq 48); do sleep 1000 & done; touch up; wait"};
  std::vector<double> times;
  for (auto _ : state) {
    fs::remove(mark);
    std::stop_source source;
    SteadyClock::time_point start;
    std::jthread stopper([&] {
      while (!fs::exists(mark)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      start = SteadyClock::now();
      source.request_stop();
    });
    world.box.run(world.command, source.get_token());
    stopper.join();
    times.push_back(milliseconds_since(start));
    state.SetIterationTime(times.back() / 1000);
  }
  state.counters["kill_p50_ms"] = percentile(times, 0.5);
  state.counters["kill_max_ms"] = percentile(times, 1);
}
BENCHMARK(KillTree)->Iterations(50)->Unit(benchmark::kMillisecond)->UseManualTime();

}  // namespace

BENCHMARK_MAIN();
