// What must hold in the tables at any moment, between any two transactions, whatever was killed. Each rule is in
// docs/durable.md.
#pragma once

#include <string>
#include <vector>

#include "store/database.h"

namespace tenon::durable {

struct Violation {
  std::string invariant;  // number and name, as in docs/durable.md
  std::string subject;    // the run or entry
};

// Reads all tables of the engine in one transaction; empty when all is well. O(rows).
std::vector<Violation> check_invariants(store::Transaction& tx);

}  // namespace tenon::durable
