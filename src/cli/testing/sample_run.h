// A run and entries of its journal, for tests of what is said about them.
#pragma once

#include <string>

#include "durable/run.h"

namespace tenon::cli::testing {

inline constexpr Timestamp kStart{Milliseconds(1'800'000'000'000)};
inline constexpr Timestamp kNow = kStart + std::chrono::minutes(10);

inline durable::RunView run_in(durable::RunState state) {
  durable::RunView run;
  run.run_id = RunId{"run_00000000000000000012345678"};
  run.workflow = "deliver";
  run.version = 7;
  run.state = state;
  run.created_at = kStart;
  return run;
}

inline durable::JournalEntry entry(durable::StepKind kind, std::string name, durable::StepState state) {
  durable::JournalEntry made;
  made.kind = kind;
  made.name = std::move(name);
  made.state = state;
  made.attempt = 1;
  made.started_at = kNow - std::chrono::minutes(3);
  if (state != durable::StepState::started) made.finished_at = kNow - std::chrono::minutes(2);
  return made;
}

}  // namespace tenon::cli::testing
