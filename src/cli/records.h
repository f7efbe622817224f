// What every command on the data directory needs: the directory, the store, the timeline and the engine (which takes up
// no runs here). `Workshop` adds what deliveries work with. With settings.nats_url, what is committed here is announced
// to the other processes on the same database, and what they announce wakes engine and timeline.
#pragma once

#include <memory>

#include "cli/why.h"
#include "core/config.h"
#include "delivery/delivery.h"
#include "delivery/workplace.h"
#include "durable/engine.h"
#include "events/timeline.h"
#include "events/wake_bus.h"
#include "io/runtime.h"
#include "store/database.h"

namespace tenon::cli {

class Records {
 public:
  // Takes the data directory. Throws busy when another process has it.
  Records(const Settings& settings, io::Runtime& runtime);

  const Settings& settings;
  io::Runtime& runtime;
  TenantId tenant;
  delivery::Workplace workplace;
  std::unique_ptr<events::WakeBus> bus;  // may be none; before all that announces on it, to the last commit
  std::unique_ptr<store::Database> database;
  events::Timeline timeline;
  durable::Engine engine;
  events::Listening listening;      // wakes the engine, and so ends before it
  Workers workers = Workers::none;  // set by the workshop

  static constexpr std::size_t kMostRuns = 10'000;  // that are looked through at a time, newest first

  // The run of the tenant whose id is `text`, ends in it or begins with it (with or without "run_", in any case);
  // empty: the newest. Throws not_found, or conflict with the candidates when several match.
  durable::RunView find_run(const std::string& text);

  // The project of that id or slug; empty: the newest. Throws not_found.
  delivery::Project find_project(const std::string& text);

 private:
  std::optional<durable::RunView> run_of_id(const std::string& text);
};

class Workshop {
 public:
  // Starts to take up runs; `program` is this executable.
  Workshop(Records& records, const std::filesystem::path& program);
  ~Workshop();
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  agents::Knowledge knowledge;
  sandbox::Sandbox sandbox;
  io::HttpClient http;
  delivery::Services services;

 private:
  Records& records_;
};

}  // namespace tenon::cli
