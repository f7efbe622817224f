// The store on one SQLite file: a writer thread that commits in groups, and reader threads.
#pragma once

#include <filesystem>
#include <thread>

#include "store/job_queue.h"

namespace tenon::store {

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::filesystem::path file, DatabaseConfig config);
  ~SqliteDatabase() override;

  Dialect dialect() const override { return Dialect::sqlite; }

 private:
  struct Outcome;

  void submit(Access access, Work work, Done done) override;
  void write_loop(soci::session& sql);
  void read_loop(soci::session& sql);
  void run_group(soci::session& sql, std::vector<Job>& jobs);
  bool commit_together(soci::session& sql, std::vector<Job>& jobs, std::vector<Outcome>& outcomes);
  void run_under_savepoint(soci::session& sql, const Job& job, Outcome& outcome);

  const std::filesystem::path file_;
  const DatabaseConfig config_;
  JobQueue writes_;
  JobQueue reads_;
  std::unique_ptr<soci::session> writer_;
  std::vector<std::unique_ptr<soci::session>> readers_;
  std::thread writer_thread_;
  std::vector<std::thread> reader_threads_;
};

}  // namespace tenon::store
