// Runs and the entries of their journals, as a person reads them. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "durable/run.h"

namespace tenon::cli {

// The last eight characters of an id: enough for a person, and every command takes it.
std::string short_id(const RunId& run);
std::string short_worker(const std::string& worker);

std::string state_text(durable::RunState state);

// As described, with the secrets of its output replaced.
json::object run_json(const durable::RunView& run);
json::object tree_json(const durable::RunTree& tree);

// Green for what is done, red for what needs somebody, blue for what goes on.
Style style_of(durable::RunState state);

// Whether there is something to be tried: signals, timers and children only wait.
bool has_body(durable::StepKind kind);

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

// The run and what it started, one line each, drawn as a tree.
std::string tree_text(const durable::RunTree& tree, const Terminal& terminal, Timestamp now);

}  // namespace tenon::cli
