// Workflows whose runs an earlier build has begun (journal_0001.sql). They stand for the code of a user who changes
// nothing but the program beneath: never edit them, add others beside them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "durable/engine.h"

namespace tenon::upgrade {

// What steps reach. `build` stands in each result, so that the output of a run tells which build did what.
struct Outside {
  std::string build;
  std::function<void(const durable::StepInfo&)> reached;  // may be called on any thread; may throw
};

struct Order {
  std::int64_t n = 0;
};
BOOST_DESCRIBE_STRUCT(Order, (), (n))

struct Approval {
  std::string by;
  bool approved = false;
};
BOOST_DESCRIBE_STRUCT(Approval, (), (by, approved))

// The output of every workflow here: "<step> by <build>", "approval by <person>".
struct Trail {
  std::vector<std::string> done;
};
BOOST_DESCRIBE_STRUCT(Trail, (), (done))

// Defines all but upgrade.unknown. `outside` must outlive the engine.
void define_workflows(durable::Engine& engine, const Outside& outside);

// Version 7 of upgrade.unknown, which the worker of the earlier build did not know.
void define_unknown(durable::Engine& engine, const Outside& outside);

}  // namespace tenon::upgrade
