// The journal of a run as JSON and as tables.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "core/json.h"
#include "durable/run.h"

namespace tenon::cli {

enum class Results { digests, full };  // a result can be as large as a megabyte

// Each entry with its label, milliseconds and digest; with its result, secrets replaced, when `results` is full.
json::array journal_json(const std::vector<durable::JournalEntry>& journal, Results results);

// One line an entry: what a person needs to see where a run stands.
std::string steps_table(const std::vector<durable::JournalEntry>& journal, const Terminal& terminal, Timestamp now);

// One line an entry with all that is known, then the results when they are asked for.
std::string journal_table(const std::vector<durable::JournalEntry>& journal, Results results, const Terminal& terminal,
                          Timestamp now);

}  // namespace tenon::cli
