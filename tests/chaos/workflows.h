// The workflows under chaos. Each uses one part of the engine, tells the witness of every effect, and returns a number
// that verdict.py computes as well, so that a lost or repeated result shows in the output.
#pragma once

#include <cstdint>

#include <boost/describe/class.hpp>

#include "durable/engine.h"
#include "witness.h"

namespace tenon::chaos {

struct Work {
  std::int64_t number = 0;
  std::int64_t pace = 0;  // milliseconds that each step takes
};
BOOST_DESCRIBE_STRUCT(Work, (), (number, pace))

// The result of a witnessed step: which attempt it came from.
struct Effect {
  std::int64_t attempt = 0;
  std::string worker;
};
BOOST_DESCRIBE_STRUCT(Effect, (), (attempt, worker))

// The tables that the store steps and the log of changes write to.
void create_tables(store::Transaction& tx);

// For EngineOptions::on_change: a row for each change that was committed, with who made it and when.
void record_change(store::Transaction& tx, const durable::Change& change, const std::string& worker);

// `witness` must outlive the engine.
void define_workflows(durable::Engine& engine, const Witness& witness);

}  // namespace tenon::chaos
