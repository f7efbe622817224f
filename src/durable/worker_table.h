// The rows of the workers. A worker has a lease on all its runs together: one row, renewed by one statement. When it
// ends, by the database's time, whoever notices deletes the row and takes the worker's runs back. Each function is part
// of a transaction.
#pragma once

#include <string>
#include <vector>

#include "durable/place.h"
#include "store/database.h"

namespace tenon::durable {

// A new worker, or one that was thought dead and lost its runs.
void register_worker(store::Transaction& tx, const std::string& worker, Milliseconds lease);

// False when the row is gone: the worker has lost its runs and registers again.
bool renew_lease(store::Transaction& tx, const std::string& worker, Milliseconds lease);

// Keeps the row until the commit.
bool has_lease(store::Transaction& tx, const std::string& worker);

void remove_worker(store::Transaction& tx, const std::string& worker);

struct LostRun {
  OpenRun run;  // has left its place
  std::optional<Request> request;
};

// The runs of workers whose lease has ended, and the rows of these workers, are gone with this.
std::vector<LostRun> take_lost(store::Transaction& tx);
// The same for all workers; only when no other process can be working.
std::vector<LostRun> take_all(store::Transaction& tx);
// The same for one worker's runs; the worker stays.
std::vector<LostRun> take_from(store::Transaction& tx, const std::string& worker);
// The same for one run; none when it is not held under this token any more.
std::vector<LostRun> take_one(store::Transaction& tx, const Held& held);

struct HeldRun {
  RunId run_id;
  std::int64_t token = 0;
  std::optional<Request> request;
};
BOOST_DESCRIBE_STRUCT(HeldRun, (), (run_id, token, request))

std::vector<HeldRun> runs_of(store::Transaction& tx, const std::string& worker);

// The run made progress: what happened to its workers before does not count against it any more.
void forget_rescues(store::Transaction& tx, const RunId& run);

}  // namespace tenon::durable
