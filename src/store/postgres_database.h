// The store on PostgreSQL: a pool of connections, each with its thread, fed by one queue; upkeep has one by itself.
#pragma once

#include <thread>

#include "store/job_queue.h"

namespace tenon::store {

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(DatabaseConfig config);
  ~PostgresDatabase() override;

  Dialect dialect() const override { return Dialect::postgresql; }

 private:
  void submit(Access access, Work work, Done done) override;
  void serve(soci::session& sql, JobQueue& queue);
  std::exception_ptr run(soci::session& sql, const Job& job);

  const DatabaseConfig config_;
  const std::string place_;
  JobQueue jobs_;
  JobQueue upkeep_;
  std::vector<std::unique_ptr<soci::session>> connections_;
  std::vector<std::thread> threads_;
};

}  // namespace tenon::store
