// Why a run is where it is and what moves it on, in words. Pure.
#pragma once

#include <string>
#include <vector>

#include "durable/run.h"

namespace tenon::cli {

// Whether somebody takes up the runs of this data directory now. When nobody does, nothing goes on by itself.
enum class Workers { none, here };

// What a run waits for or ended with, short enough for a table; empty while it runs and when it is completed.
std::string brief_reason(const durable::RunView& run, Timestamp now);

// Why the run is where it is, in one sentence: "waits for signal plan-approval since 3 min", "ready: waits for a free
// worker", "failed in pages/tests after 3 attempts: …".
std::string why(const durable::RunView& run, const std::vector<durable::JournalEntry>& journal, Workers workers,
                Timestamp now);

// A command that moves it on, with what it does; empty where there is none.
std::string next_command(const durable::RunView& run, Workers workers);

}  // namespace tenon::cli
