// Runs and their journals in words: what a person reads to see why a run is where it is and what they can do. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "durable/run.h"

namespace tenon::cli {

// Whether somebody takes up the runs of this data directory now. When nobody does, nothing goes on by itself.
enum class Workers { none, here };

// The last eight characters of an id: enough for a person, and every command takes it.
std::string short_id(const RunId& run);
std::string short_worker(const std::string& worker);

std::string state_text(durable::RunState state);

// As described, with the secrets of its output replaced.
json::object run_json(const durable::RunView& run);
json::object tree_json(const durable::RunTree& tree);

// Green for what is done, red for what needs somebody, blue for what goes on.
Style style_of(durable::RunState state);

// "build", "pages/tests", "check#2": as in events, errors and `tenon fork --from`.
std::string label_of(const durable::JournalEntry& entry);

// The digest of the result's JSON text: "sha256:…", or empty where there is no result.
std::string digest_of(const durable::JournalEntry& entry);

// "started", "retrying" (an attempt failed, another follows), "waiting", "completed", "failed".
std::string state_text(const durable::JournalEntry& entry);

// "2" or "3 (2 failed)"; empty for what has no attempts (signals, timers, children).
std::string attempts_text(const durable::JournalEntry& entry);

// From its begin to its end, or to `now`.
std::string duration_text(const durable::JournalEntry& entry, Timestamp now);

// What a run waits for or ended with, short enough for a table; empty while it runs and when it is completed.
std::string brief_reason(const durable::RunView& run, Timestamp now);

// Why the run is where it is, in one sentence: "waits for signal plan-approval since 3 min", "ready: waits for a free
// worker", "failed in pages/tests after 3 attempts: …".
std::string why(const durable::RunView& run, const std::vector<durable::JournalEntry>& journal, Workers workers,
                Timestamp now);

// A command that moves it on, with what it does; empty where there is none.
std::string next_command(const durable::RunView& run, Workers workers);

// The run and what it started, one line each, drawn as a tree.
std::string tree_text(const durable::RunTree& tree, const Terminal& terminal, Timestamp now);

}  // namespace tenon::cli
