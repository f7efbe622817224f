// The store on one SQLite file: a writer thread that commits in groups, and reader threads.
#pragma once

#include <filesystem>
#include <thread>

#include "store/job_queue.h"
#include "store/sqlite_connection.h"

namespace tenon::store {

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::filesystem::path file, DatabaseConfig config);
  ~SqliteDatabase() override;

  Dialect dialect() const override { return Dialect::sqlite; }

 private:
  struct Outcome;

  void submit(Access access, Work work, Done done) override;
  void write_loop(SqliteConnection& sql);
  void read_loop(SqliteConnection& sql);
  void run_group(SqliteConnection& sql, std::vector<Job>& jobs);
  bool commit_together(SqliteConnection& sql, std::vector<Job>& jobs, std::vector<Outcome>& outcomes);
  void run_under_savepoint(SqliteConnection& sql, const Job& job, Outcome& outcome);

  const std::filesystem::path file_;
  const DatabaseConfig config_;
  JobQueue writes_;
  JobQueue reads_;
  std::unique_ptr<SqliteConnection> writer_;
  std::vector<std::unique_ptr<SqliteConnection>> readers_;
  std::thread writer_thread_;
  std::vector<std::thread> reader_threads_;
};

}  // namespace tenon::store
