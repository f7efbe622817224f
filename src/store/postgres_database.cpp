#include "store/postgres_database.h"

#include <postgresql/soci-postgresql.h>

#include <random>

#include "core/error.h"
#include "core/log.h"
#include "core/redact.h"
#include "store/migration.h"
#include "store/sql.h"
#include "store/sql_error.h"

namespace tenon::store {
namespace {

constexpr int kAttempts = 8;

enum class Trouble { contention, lost_connection, other };

bool connected(soci::session& sql) {
  auto* backend = static_cast<soci::postgresql_session_backend*>(sql.get_backend());
  return backend != nullptr && PQstatus(backend->conn_) == CONNECTION_OK;
}

void prepare_connection(soci::session& sql, const DatabaseConfig& config) {
  sql << fmt::format("SET idle_in_transaction_session_timeout TO {}", config.silence.count());
  sql << "SET client_min_messages TO warning";
  // The default is that of rotating disks: with it a batch of a few hundred keys is looked for by reading the whole
  // table.
  sql << "SET random_page_cost TO 1.1";
  // Compiling pays for reports, not for statements of a millisecond.
  sql << "SET jit TO off";
}

// Call in a catch block.
Trouble trouble(soci::session& sql) {
  if (!connected(sql)) return Trouble::lost_connection;
  try {
    throw;
  } catch (const soci::postgresql_soci_error& error) {
    const std::string state = error.sqlstate();
    return state == "40001" || state == "40P01" ? Trouble::contention : Trouble::other;
  } catch (...) {
    return Trouble::other;
  }
}

void roll_back(soci::session& sql) {
  try {
    if (connected(sql)) sql << "ROLLBACK";
  } catch (const soci::soci_error& error) {
    // The connection broke under the rollback: the server rolls back by itself, and the next use reconnects.
    log::debug("not rolled back", {{"reason", error.what()}});
  }
}

void reconnect(soci::session& sql, const DatabaseConfig& config) {
  try {
    sql.reconnect();
    prepare_connection(sql, config);
  } catch (const soci::soci_error& error) {
    // Still away: the caller's next attempt fails, waits longer and comes here again.
    log::debug("not connected again", {{"reason", error.what()}});
  }
}

// Full jitter, so that the connections of many workers do not come back in the same moment.
void pause_before(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<int> milliseconds(0, std::min(2000, 5 << attempt));
  std::this_thread::sleep_for(Milliseconds(milliseconds(random)));
}

}  // namespace

PostgresDatabase::PostgresDatabase(DatabaseConfig config)
    : config_(std::move(config)),
      place_(redacted_text(config_.url)),
      jobs_(config_.queue_limit),
      upkeep_(config_.queue_limit) {
  try {
    for (std::uint32_t i = 0; i < std::max(config_.connections, 1U) + 1; ++i) {
      connections_.push_back(std::make_unique<soci::session>(soci::postgresql, config_.url));
      prepare_connection(*connections_.back(), config_);
    }
    migrate(*connections_.front(), migrations());
  } catch (...) {
    std::rethrow_exception(translated_current_exception(place_));
  }
  for (auto& connection : connections_) {
    JobQueue& jobs = threads_.empty() ? upkeep_ : jobs_;
    threads_.emplace_back([this, &jobs, sql = connection.get()] { serve(*sql, jobs); });
  }
}

PostgresDatabase::~PostgresDatabase() {
  jobs_.close();
  upkeep_.close();
  for (std::thread& thread : threads_) thread.join();
}

void PostgresDatabase::submit(Access access, Work work, Done done) {
  JobQueue& jobs = access == Access::upkeep ? upkeep_ : jobs_;
  jobs.push({access, std::move(work), std::move(done)});
}

void PostgresDatabase::serve(soci::session& sql, JobQueue& queue) {
  for (std::vector<Job> jobs = queue.pop(1); !jobs.empty(); jobs = queue.pop(1)) {
    jobs.front().finish(run(sql, jobs.front()));
  }
}

std::exception_ptr PostgresDatabase::run(soci::session& sql, const Job& job) {
  const char* begin = job.access == Access::read ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN";
  for (int attempt = 1;; ++attempt) {
    bool committing = false;
    try {
      Transaction tx(sql, config_.clock);
      sql << begin;
      job.work(tx);
      committing = true;
      sql << "COMMIT";
      for (auto& action : tx.take_after_commit()) action();
      return nullptr;
    } catch (...) {
      const Trouble what = trouble(sql);
      const std::exception_ptr failure = translated_current_exception(place_);
      roll_back(sql);
      // A connection that broke under COMMIT leaves open whether it happened: only the caller can look.
      const bool repeatable = what == Trouble::contention || (what == Trouble::lost_connection && !committing);
      if (what == Trouble::lost_connection) reconnect(sql, config_);
      if (!repeatable || attempt == kAttempts) return failure;
    }
    pause_before(attempt);
  }
}

}  // namespace tenon::store
