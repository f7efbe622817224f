// The program that chaos.py starts, stops, freezes and kills.
//
//   chaos_worker work '{"database": "postgresql://…", "worker": "w1", "witness": "…/witness", …}'
//     runs workflows (or, with "works": false, only answers) until SIGTERM, then drains and ends with 0. Obeys the
//     commands that come in on standard input (commands.h). Prints {"ready": true} first.
//   chaos_worker inspect '{…}'
//     prints what is in the database (inspection.h).
//
// Ends with 3 when the database cannot be used at the start, with 2 for wrong arguments.
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <fmt/core.h>

#include "commands.h"
#include "core/guarded.h"
#include "core/log.h"
#include "events/wake_bus.h"
#include "inspection.h"
#include "workflows.h"

namespace tenon::chaos {
namespace {

constexpr int kBadArguments = 2;
constexpr int kNoDatabase = 3;

struct Arguments {
  std::string database;
  std::string worker;
  std::string witness;
  std::string logs;
  std::optional<std::string> nats;
  bool works = true;
  bool sole_owner = false;
  std::int64_t lease = 2000;
  std::int64_t drain = 5000;
  std::uint64_t running = 32;
  std::int64_t rescues = 1'000'000;
  std::uint32_t connections = 4;
};
BOOST_DESCRIBE_STRUCT(Arguments, (),
                      (database, worker, witness, logs, nats, works, sole_owner, lease, drain, running, rescues,
                       connections))

// Lines to the controller; a line is written whole.
void say(const json::value& line) {
  static Guarded<int> output(STDOUT_FILENO);
  const std::string text = json::serialize(line) + "\n";
  output.with([&](int file) {
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t count = write(file, text.data() + done, text.size() - done);
      if (count <= 0) return;
      done += static_cast<std::size_t>(count);
    }
  });
}

Task<void> obey(durable::Engine& engine, Command command) {
  const Answer answer = co_await perform(engine, std::move(command));
  say(to_json(answer));
}

// Reads commands until SIGTERM, which must be blocked. The end of the commands is not the end of the work.
void serve(durable::Engine& engine, io::Runtime& runtime, const sigset_t& signals) {
  pollfd sources[] = {{signalfd(-1, &signals, SFD_CLOEXEC), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  std::string pending;
  char buffer[65536];
  while (true) {
    if (poll(sources, 2, -1) < 0) continue;
    if (sources[0].revents != 0) return;
    const ssize_t count = read(STDIN_FILENO, buffer, sizeof buffer);
    if (count <= 0) sources[1].fd = -1;
    if (count > 0) pending.append(buffer, static_cast<std::size_t>(count));
    for (std::size_t end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
      const json::value line = parse_json(pending.substr(0, end), "a command");
      pending.erase(0, end + 1);
      runtime.spawn(obey(engine, from_json<Command>(line)), "obeying a command");
    }
  }
}

// Does not return.
[[noreturn]] void work(const Arguments& arguments, store::Database& database, io::Runtime& runtime,
                       const sigset_t& signals) {
  const Witness witness(arguments.witness, arguments.worker);
  std::optional<events::WakeBus> bus;
  if (arguments.nats) bus.emplace(events::WakeBusOptions{.url = *arguments.nats});
  durable::EngineOptions options{.worker_id = arguments.worker,
                                 .lease = Milliseconds(arguments.lease),
                                 .max_running = arguments.running,
                                 .max_rescues = arguments.rescues,
                                 .drain = Milliseconds(arguments.drain),
                                 .sole_owner = arguments.sole_owner};
  options.on_change = [&](store::Transaction& tx, const durable::Change& change) {
    record_change(tx, change, arguments.worker);
  };
  if (bus) options.announce = [&] { bus->announce("runs"); };
  durable::Engine engine(database, runtime, options);
  define_workflows(engine, witness);
  events::Listening listening;
  if (bus) listening = bus->listen("runs", [&](std::string_view) { engine.wake(); });
  if (arguments.works) engine.work();
  say({{"ready", true}});
  serve(engine, runtime, signals);
  engine.stop();
  _exit(0);  // a body that did not listen may still be running: it is not waited for
}

void run(std::string_view mode, const Arguments& arguments) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  if (!arguments.logs.empty()) log::open(arguments.logs, log::Level::info);
  io::Runtime runtime({.event_threads = 1, .blocking_threads = 8});
  const auto database = store::Database::open({.url = arguments.database, .connections = arguments.connections});
  if (mode == "work") work(arguments, *database, runtime, signals);
  if (mode == "create") database->write_blocking(create_tables);
  if (mode == "inspect") {
    durable::Engine engine(*database, runtime, {});
    inspect(*database, runtime, engine);
  }
}

}  // namespace
}  // namespace tenon::chaos

int main(int count, char** arguments) {
  if (count != 3) {
    fmt::print(stderr, "usage: chaos_worker create|work|inspect <JSON>\n");
    return tenon::chaos::kBadArguments;
  }
  try {
    const auto parsed = tenon::from_json<tenon::chaos::Arguments>(tenon::parse_json(arguments[2], "the arguments"));
    tenon::chaos::run(arguments[1], parsed);
    return 0;
  } catch (const tenon::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return error.code() == tenon::ErrorCode::invalid_argument ? tenon::chaos::kBadArguments : tenon::chaos::kNoDatabase;
  }
}
