#include "cli/records.h"

#include <fmt/ranges.h>

#include "agents/knowledge.h"
#include "cli/run_text.h"
#include "core/log.h"

namespace tenon::cli {
namespace {

std::unique_ptr<store::Database> open_database(const delivery::Workplace& workplace) {
  store::DatabaseConfig config;
  config.url = "sqlite:" + workplace.database().string();
  return store::Database::open(std::move(config));
}

constexpr std::string_view kRunsChannel = "runs";

std::unique_ptr<events::WakeBus> wake_bus(const Settings& settings) {
  if (settings.nats_url.empty()) return nullptr;
  return std::make_unique<events::WakeBus>(events::WakeBusOptions{.url = settings.nats_url});
}

events::Timeline timeline_on(store::Database& database, events::WakeBus* bus) {
  if (bus == nullptr) return events::Timeline(database);
  return events::Timeline(database, *bus);
}

durable::EngineOptions engine_options(const Settings& settings, events::Timeline& timeline, events::WakeBus* bus) {
  durable::EngineOptions options;
  options.max_running = settings.parallel_runs;
  options.max_payload_bytes = settings.run_payload_bytes;
  options.max_rescues = settings.run_rescues;
  options.lease = std::chrono::seconds(settings.worker_lease_seconds);
  options.drain = std::chrono::seconds(settings.worker_drain_seconds);
  options.sole_owner = true;
  options.on_change = [&timeline](store::Transaction& tx, const durable::Change& change) {
    delivery::follow_run(timeline, tx, change);
  };
  if (bus != nullptr) options.announce = [bus] { bus->announce(kRunsChannel); };
  return options;
}

// Sockets stand in the data directory, where the next owner removes what a killed one left; unless the path would be
// longer than a socket's address (107 bytes, unix(7)).
sandbox::Machine machine_for(const delivery::Workplace& workplace) {
  constexpr std::size_t kLongestAddress = 107;
  constexpr std::size_t kOwnPart = std::string_view("/tenon-app-/app.sock").size() + 26;
  sandbox::Machine machine;
  if (workplace.sockets().string().size() + kOwnPart <= kLongestAddress) machine.sockets = workplace.sockets();
  return machine;
}

const std::string kRunPrefix = "RUN_";

std::string upper(std::string text) {
  for (char& letter : text) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return text;
}

Error ambiguous(const std::string& text, const std::vector<durable::RunView>& found) {
  constexpr std::size_t kShown = 5;
  std::vector<std::string> names;
  for (const durable::RunView& run : found) {
    if (names.size() < kShown)
      names.push_back(fmt::format("{} ({}, {})", run.run_id.text, printable(run.workflow), state_text(run.state)));
  }
  if (found.size() > kShown) names.push_back(fmt::format("{} more", found.size() - kShown));
  return Error(ErrorCode::conflict,
               fmt::format("{} runs are called {}: {}", found.size(), text, fmt::join(names, ", ")),
               "Give more of the id; `tenon runs` lists them.");
}

}  // namespace

Records::Records(const Settings& process_settings, io::Runtime& process_runtime)
    : settings(process_settings),
      runtime(process_runtime),
      tenant{process_settings.tenant},
      workplace(process_settings.data),
      bus(wake_bus(process_settings)),
      database(open_database(workplace)),
      timeline(timeline_on(*database, bus.get())),
      engine(*database, runtime, engine_options(process_settings, timeline, bus.get())) {
  if (bus) listening = bus->listen(kRunsChannel, [this](std::string_view) { engine.wake(); });
  std::vector<RunId> active;
  for (const durable::RunView& run : runtime.run(engine.list({.tenant = tenant, .limit = kMostRuns}))) {
    if (run.state != durable::RunState::completed && run.state != durable::RunState::cancelled)
      active.push_back(run.run_id);
  }
  delivery::remove_scratch(workplace, active);
}

std::optional<durable::RunView> Records::run_of_id(const std::string& text) {
  if (text.size() != RunId::make().text.size()) return std::nullopt;
  try {
    durable::RunView run = runtime.run(engine.describe(RunId{text}));
    if (run.tenant_id == tenant) return run;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  return std::nullopt;
}

durable::RunView Records::find_run(const std::string& text) {
  if (auto run = run_of_id(text)) return *run;
  const std::string wanted = upper(text);
  std::vector<durable::RunView> found;
  for (durable::RunView& run : runtime.run(engine.list({.tenant = tenant, .limit = kMostRuns}))) {
    const std::string id = upper(run.run_id.text);
    if (text.empty()) return run;
    if (id.starts_with(wanted) || id.ends_with(wanted) || id.starts_with(kRunPrefix + wanted))
      found.push_back(std::move(run));
  }
  if (found.size() > 1) throw ambiguous(text, found);
  if (found.empty()) {
    const std::string what = text.empty() ? "there is no run yet" : fmt::format("there is no run {}", text);
    throw Error(ErrorCode::not_found, what, "`tenon runs` lists the runs; `tenon build \"<goal>\"` starts one.");
  }
  return found.front();
}

delivery::Project Records::find_project(const std::string& text) {
  auto project = database->read_blocking([&](store::Transaction& tx) -> std::optional<delivery::Project> {
    if (!text.empty()) return delivery::find_project(tx, tenant, text);
    const auto all = delivery::list_projects(tx, tenant);
    return all.empty() ? std::nullopt : std::optional(all.front());
  });
  if (!project) {
    const std::string what = text.empty() ? "there is no project yet" : fmt::format("there is no project {}", text);
    throw Error(ErrorCode::not_found, what,
                "`tenon runs` lists runs with their projects; `tenon build \"<goal>\"` makes one.");
  }
  return *project;
}

Workshop::Workshop(Records& records, const std::filesystem::path& program)
    : knowledge(agents::load_knowledge(records.settings.share / "golden-paths")),
      sandbox(records.settings, program, machine_for(records.workplace)),
      http(records.runtime.executor()),
      services{.tools = {.runtime = records.runtime,
                         .sandbox = sandbox,
                         .http = http,
                         .knowledge = knowledge,
                         .settings = records.settings},
               .database = *records.database,
               .timeline = records.timeline,
               .workplace = records.workplace},
      records_(records) {
  delivery::define_deliveries(records.engine, services);
  records.engine.work();
  records.workers = Workers::here;
}

Workshop::~Workshop() {
  records_.engine.stop();
  records_.workers = Workers::none;
}

}  // namespace tenon::cli
