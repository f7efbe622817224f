// Measures the durable engine on an empty store: one process, one workload, one JSON object a measurement. The
// workloads are those of bench/durable/README.md; run.py compares them with other systems.
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/json.h"
#include "core/log.h"
#include "durable/engine.h"
#include "io/runtime.h"
#include "store/database.h"

namespace tenon::durable {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

struct Options {
  std::string store = "sqlite";
  std::string url;
  std::string workload = "noop";
  std::size_t producers = 1;
  std::size_t count = 100'000;
  std::size_t running = 0;  // 0: what suits the workload
  std::size_t bulk = 1'000;
  std::uint32_t connections = 4;
};

struct Measurement {
  std::string workload;
  std::string store;
  std::size_t count = 0;
  double seconds = 0;
  double per_second = 0;
  std::optional<double> p50_ms = {};
  std::optional<double> p99_ms = {};
  double rss_mb = 0;
  int threads = 0;
};
BOOST_DESCRIBE_STRUCT(Measurement, (), (workload, store, count, seconds, per_second, p50_ms, p99_ms, rss_mb, threads))

// The same 60 bytes that the peers get.
json::value payload(std::size_t number) {
  return {{"customer", number}, {"kind", "invoice"}, {"note", "sixty bytes of payload"}};
}

double status_of_process(const std::string& key) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key + ":")) return std::stod(line.substr(key.size() + 1));
  }
  return 0;
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

// A store, an event loop and an engine. `tenants` of the runs is one: what is measured is the engine, not its fairness.
class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options),
        runtime_({.event_threads = 1, .blocking_threads = 2}),
        database_(store::Database::open({.url = options.url, .connections = options.connections})) {
    reopen();
  }
  ~Bench() { engine_.reset(); }

  void reopen(bool sole_owner = false) {
    engine_.reset();
    engine_ = std::make_unique<Engine>(
        *database_, runtime_,
        EngineOptions{.max_running = options_.running, .max_queued = options_.count + 1'000, .sole_owner = sole_owner});
    engine_->define<json::value>("noop", 1, [this](Context&, json::value) { return noop(); });
    engine_->define<json::value>("steps", 1, [this](Context& run, json::value) { return ten_steps(run); });
    engine_->define<json::value>("long", 1, [this](Context& run, json::value) { return long_run(run); });
    engine_->define<json::value>("wait", 1, [](Context& run, json::value) { return wait_for_signal(run); });
    engine_->define<json::value>("timed", 1, [this](Context&, json::value) { return timed(); });
    engine_->define<json::value>("held", 1, [this](Context& run, json::value) { return held(run); });
  }

  Measurement run() {
    const std::string& workload = options_.workload;
    if (workload == "enqueue") return enqueue();
    if (workload == "enqueue_bulk") return timed_by([this] { start_all("noop"); });
    if (workload == "noop") return end_to_end("noop", 1);
    if (workload == "steps") return end_to_end("steps", 10);
    if (workload == "drain") return drain();
    if (workload == "latency") return latency();
    if (workload == "memory") return memory();
    if (workload == "fairness") return fairness();
    if (workload == "replay") return replay();
    throw Error(ErrorCode::invalid_argument, fmt::format("There is no workload '{}'.", workload));
  }

 private:
  static StartOptions of_tenant() { return {.tenant = TenantId{"ten_bench"}}; }

  Task<void> noop() {
    ++ended_;
    co_return;
  }

  static Task<std::int64_t> number(std::int64_t n) { co_return n; }

  static Task<void> steps(Context run, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      auto step = run.step("step", [i] { return number(static_cast<std::int64_t>(i)); });
      co_await std::move(step);
    }
  }

  Task<void> ten_steps(Context run) {
    co_await steps(run, 10);
    ++ended_;
  }

  Task<void> long_run(Context run) {
    co_await steps(run, options_.count);
    co_await run.signal<json::value>("go");
  }

  static Task<void> wait_for_signal(Context run) { co_await run.signal<json::value>("go"); }

  Task<void> timed() {
    started_ = SteadyClock::now();
    begun_ += 1;
    begun_.notify_all();
    co_return;
  }

  Task<void> held(Context run) {
    auto step = run.step("hold", [this](StepInfo info) { return hold(std::move(info)); });
    co_await std::move(step);
  }
  Task<void> hold(StepInfo info) {
    begun_ += 1;
    begun_.notify_all();
    while (info.attempt == 1 && !info.stop.stop_requested()) co_await io::sleep_for(Milliseconds(50));
  }

  // ---- measuring

  Measurement measured(SteadyClock::time_point begin, SteadyClock::time_point end, std::size_t count) const {
    const double seconds = Seconds(end - begin).count();
    return {.workload = options_.workload,
            .store = options_.store,
            .count = options_.count,
            .seconds = seconds,
            .per_second = static_cast<double>(count) / seconds,
            .rss_mb = status_of_process("VmRSS") / 1024,
            .threads = static_cast<int>(status_of_process("Threads"))};
  }

  template <class F>
  Measurement timed_by(F work, std::size_t each = 1) {
    const auto begin = SteadyClock::now();
    work();
    return measured(begin, SteadyClock::now(), options_.count * each);
  }

  // In bulk, a few batches at a time, so that one is on its way while another is committed.
  Task<void> produce_bulk(std::string workflow, std::shared_ptr<std::size_t> next) {
    while (*next < options_.count) {
      std::vector<StartRequest> requests;
      for (std::size_t i = 0; i < options_.bulk && *next < options_.count; ++i) {
        requests.push_back({workflow, payload((*next)++), of_tenant()});
      }
      co_await engine_->start_many(std::move(requests));
    }
  }

  void start_all(const std::string& workflow) {
    auto next = std::make_shared<std::size_t>(0);
    std::vector<std::future<void>> producers;
    for (int i = 0; i < 4; ++i) {
      producers.push_back(
          boost::asio::co_spawn(runtime_.executor(), produce_bulk(workflow, next), boost::asio::use_future));
    }
    for (auto& producer : producers) producer.get();
  }

  // Until every run has been committed as ended. Counting is not free: it begins when all have begun.
  void wait_until_empty() {
    for (std::size_t ended = ended_; ended < options_.count; ended = ended_)
      std::this_thread::sleep_for(Milliseconds(2));
    while (true) {
      const RunCounts counts = runtime_.run(engine_->counts());
      if (counts.ready + counts.running + counts.waiting == 0) return;
      std::this_thread::sleep_for(Milliseconds(2));
    }
  }

  void wait_until_parked() {
    while (runtime_.run(engine_->counts()).waiting < static_cast<std::int64_t>(options_.count)) {
      std::this_thread::sleep_for(Milliseconds(20));
    }
  }

  // ---- workloads

  Task<void> produce(std::size_t count, std::vector<double>* latencies) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto begin = SteadyClock::now();
      co_await engine_->start("noop", payload(i), of_tenant());
      latencies->push_back(Seconds(SteadyClock::now() - begin).count() * 1000);
    }
  }

  Measurement enqueue() {
    const std::size_t each = options_.count / options_.producers;
    std::vector<std::vector<double>> latencies(options_.producers);
    const auto begin = SteadyClock::now();
    std::vector<std::future<void>> producers;
    for (auto& own : latencies) {
      producers.push_back(boost::asio::co_spawn(runtime_.executor(), produce(each, &own), boost::asio::use_future));
    }
    for (auto& producer : producers) producer.get();
    Measurement result = measured(begin, SteadyClock::now(), each * options_.producers);
    std::vector<double> all;
    for (const auto& own : latencies) all.insert(all.end(), own.begin(), own.end());
    result.p50_ms = percentile(all, 0.5);
    result.p99_ms = percentile(all, 0.99);
    return result;
  }

  Measurement end_to_end(const std::string& workflow, std::size_t each) {
    engine_->work();
    return timed_by(
        [&] {
          start_all(workflow);
          wait_until_empty();
        },
        each);
  }

  Measurement drain() {
    start_all("noop");
    return timed_by([this] {
      engine_->work();
      wait_until_empty();
    });
  }

  Measurement latency() {
    engine_->work();
    std::vector<double> latencies;
    const auto first = SteadyClock::now();
    for (std::size_t i = 0; i < options_.count; ++i) {
      std::this_thread::sleep_for(Milliseconds(5 + i * 7 % 11));
      const int before = begun_;
      const auto begin = SteadyClock::now();
      runtime_.run(engine_->start("timed", payload(i), of_tenant()));
      begun_.wait(before);
      latencies.push_back(Seconds(started_ - begin).count() * 1000);
    }
    Measurement result = measured(first, SteadyClock::now(), options_.count);
    result.p50_ms = percentile(latencies, 0.5);
    result.p99_ms = percentile(latencies, 0.99);
    return result;
  }

  // From the call to the start of single runs of one tenant while another one has `count` runs queued.
  Measurement fairness() {
    start_all("noop");
    engine_->work();
    std::vector<double> latencies;
    const auto first = SteadyClock::now();
    while (ended_ < options_.count * 9 / 10) {
      const int before = begun_;
      const auto begin = SteadyClock::now();
      runtime_.run(engine_->start("timed", nullptr, {.tenant = TenantId{"ten_other"}}));
      begun_.wait(before);
      latencies.push_back(Seconds(started_ - begin).count() * 1000);
      std::this_thread::sleep_for(Milliseconds(10));
    }
    Measurement result = measured(first, SteadyClock::now(), options_.count);
    result.p50_ms = percentile(latencies, 0.5);
    result.p99_ms = percentile(latencies, 0.99);
    wait_until_empty();
    return result;
  }

  Measurement memory() {
    engine_->work();
    return timed_by([this] {
      start_all("wait");
      wait_until_parked();
    });
  }

  // From the moment that an engine may take the run up until it has ended, its signal being there.
  Measurement replay() {
    engine_->work();
    const RunId run = runtime_.run(engine_->start("long", nullptr, of_tenant()));
    while (runtime_.run(engine_->describe(run)).state != RunState::waiting) {
      std::this_thread::sleep_for(Milliseconds(20));
    }
    reopen();
    runtime_.run(engine_->signal(run, "go", nullptr));
    return timed_by([&] {
      engine_->work();
      runtime_.run(engine_->wait(run));
    });
  }

  // Runs in the process that is killed: says so when it holds all its runs.
  void hold_all(int told) {
    engine_->work();
    start_all("held");
    for (int begun = begun_; begun < static_cast<int>(options_.count); begun = begun_) begun_.wait(begun);
    if (write(told, "x", 1) != 1) _exit(1);
    pause();
  }

  friend void be_killed(const Options& options, int told);
  friend Measurement recover(Options options);

  const Options options_;
  io::Runtime runtime_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<Engine> engine_;
  SteadyClock::time_point started_;
  std::atomic<int> begun_ = 0;
  std::atomic<std::size_t> ended_ = 0;
};

void be_killed(const Options& options, int told) { Bench(options).hold_all(told); }

// A worker with all runs is killed; another one, which does not know of it, has all of them when its lease is over.
Measurement recover(Options options) {
  options.running = std::max(options.running, options.count);
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t worker = fork();
  if (worker == 0) {
    be_killed(options, ends[1]);
    _exit(0);
  }
  char told = 0;
  if (read(ends[0], &told, 1) != 1) throw std::runtime_error("the worker did not begin");
  kill(worker, SIGKILL);
  const auto begin = SteadyClock::now();
  waitpid(worker, nullptr, 0);
  Bench other(options);
  other.engine_->work();
  for (int begun = other.begun_; begun < static_cast<int>(options.count); begun = other.begun_) {
    other.begun_.wait(begun);
  }
  return other.measured(begin, SteadyClock::now(), options.count);
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app("Measures the durable engine; see bench/durable/README.md.");
  app.add_option("--store", options.store, "sqlite or postgresql")->check(CLI::IsMember({"sqlite", "postgresql"}));
  app.add_option("--url", options.url, "sqlite:<file> or postgresql://…; an empty store")->required();
  app.add_option("--workload", options.workload);
  app.add_option("--producers", options.producers)->check(CLI::PositiveNumber);
  app.add_option("--count", options.count)->check(CLI::PositiveNumber);
  app.add_option("--running", options.running, "runs held at the same time")->check(CLI::PositiveNumber);
  app.add_option("--bulk", options.bulk, "runs started by one call")->check(CLI::PositiveNumber);
  app.add_option("--connections", options.connections)->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  // Where memory is measured it is that of parked runs, not of a burst: few at a time.
  const bool few = options.workload == "memory";
  if (options.running == 0) options.running = few ? 256 : 50'000;
  if (few) options.bulk = std::min<std::size_t>(options.bulk, 100);
  const Measurement result = options.workload == "recovery" ? recover(options) : Bench(options).run();
  fmt::print("{}\n", json::serialize(to_json(result)));
  return 0;
}

}  // namespace
}  // namespace tenon::durable

int main(int argc, char** argv) {
  try {
    return tenon::durable::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "durable_bench: {}\n", error.what());
    return 1;
  }
}
