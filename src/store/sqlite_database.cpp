#include "store/sqlite_database.h"

#include "store/migration.h"
#include "store/sql.h"
#include "store/sql_error.h"

namespace tenon::store {

struct SqliteDatabase::Outcome {
  std::exception_ptr failure;
  std::vector<std::function<void()>> after_commit;
};

namespace {

// Beyond this the check of every page would make each start slow; a damaged page is then found when it is read.
constexpr std::uintmax_t kCheckedBytes = 256U << 20U;

std::unique_ptr<SqliteConnection> open_writer(const std::filesystem::path& file) {
  auto sql = std::make_unique<SqliteConnection>(file, SqliteAccess::read_write);
  sql->execute("PRAGMA journal_mode = WAL");
  sql->execute("PRAGMA synchronous = FULL");
  sql->execute("PRAGMA foreign_keys = ON");
  sql->execute("PRAGMA wal_autocheckpoint = 4000");
  sql->execute("PRAGMA temp_store = MEMORY");  // what a savepoint keeps is not worth a file
  sql->execute("PRAGMA cache_size = -8000");   // KiB: what a large group changes stays in memory until its commit
  return sql;
}

std::unique_ptr<SqliteConnection> open_reader(const std::filesystem::path& file) {
  auto sql = std::make_unique<SqliteConnection>(file, SqliteAccess::read_only);
  sql->execute("PRAGMA wal_autocheckpoint = 0");
  return sql;
}

void check_soundness(SqliteConnection& sql, const std::filesystem::path& file) {
  std::error_code unknown;
  if (std::filesystem::file_size(file, unknown) > kCheckedBytes || unknown) return;
  const std::string verdict = sql.query_text("PRAGMA quick_check(1)");
  if (verdict != "ok") throw SqliteError(SQLITE_CORRUPT, verdict);
}

void roll_back(SqliteConnection& sql) {
  if (sql.in_transaction()) sql.execute("ROLLBACK");
}

}  // namespace

SqliteDatabase::SqliteDatabase(std::filesystem::path file, DatabaseConfig config)
    : file_(std::move(file)), config_(std::move(config)), writes_(config_.queue_limit), reads_(config_.queue_limit) {
  try {
    if (file_.has_parent_path()) std::filesystem::create_directories(file_.parent_path());
    writer_ = open_writer(file_);
    check_soundness(*writer_, file_);
    migrate(*writer_, migrations());
    for (std::uint32_t i = 0; i < config_.connections; ++i) readers_.push_back(open_reader(file_));
  } catch (const std::filesystem::filesystem_error& error) {
    throw system_error(fmt::format("creating the directory of {}", file_.native()), error.code().value());
  } catch (...) {
    std::rethrow_exception(translated_current_exception(file_.native()));
  }
  writer_thread_ = std::thread([this] { write_loop(*writer_); });
  pthread_setname_np(writer_thread_.native_handle(), "sqlite-writer");
  for (auto& reader : readers_) {
    reader_threads_.emplace_back([this, sql = reader.get()] { read_loop(*sql); });
    pthread_setname_np(reader_threads_.back().native_handle(), "sqlite-reader");
  }
}

SqliteDatabase::~SqliteDatabase() {
  reads_.close();
  for (std::thread& thread : reader_threads_) thread.join();
  writes_.close();
  writer_thread_.join();
  readers_.clear();  // before the writer, whose closing then checkpoints the log
}

void SqliteDatabase::submit(Access access, Work work, Done done) {
  JobQueue& queue = access == Access::read ? reads_ : writes_;
  queue.push({access, std::move(work), std::move(done)});
}

void SqliteDatabase::write_loop(SqliteConnection& sql) {
  for (std::vector<Job> jobs = writes_.pop(config_.group_limit); !jobs.empty();
       jobs = writes_.pop(config_.group_limit)) {
    run_group(sql, jobs);
  }
}

// While one group waits for the disk the next one gathers in the queue: the busier the store, the larger its groups.
void SqliteDatabase::run_group(SqliteConnection& sql, std::vector<Job>& jobs) {
  std::vector<Outcome> outcomes(jobs.size());
  if (!commit_together(sql, jobs, outcomes) && jobs.size() > 1) {
    for (Job& job : jobs) {
      std::vector<Job> alone;
      alone.push_back(std::move(job));
      run_group(sql, alone);
    }
    return;
  }
  for (Outcome& outcome : outcomes) {
    for (auto& action : std::exchange(outcome.after_commit, {})) action();
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) jobs[i].finish(outcomes[i].failure);
}

// False when the group as a whole was lost; each outcome then says why.
bool SqliteDatabase::commit_together(SqliteConnection& sql, std::vector<Job>& jobs, std::vector<Outcome>& outcomes) {
  try {
    sql.execute("BEGIN IMMEDIATE");
    for (std::size_t i = 0; i < jobs.size(); ++i) run_under_savepoint(sql, jobs[i], outcomes[i]);
    sql.execute("COMMIT");
    return true;
  } catch (...) {
    const std::exception_ptr failure = translated_current_exception(file_.native());
    roll_back(sql);
    for (Outcome& outcome : outcomes) {
      outcome.after_commit.clear();
      outcome.failure = failure;
    }
    return false;
  }
}

// A full disk makes SQLite roll back the whole transaction, not only the savepoint: that is thrown, what else fails is
// kept.
void SqliteDatabase::run_under_savepoint(SqliteConnection& sql, const Job& job, Outcome& outcome) {
  Transaction tx(sql, config_.clock);
  sql.execute("SAVEPOINT work");
  try {
    job.work(tx);
    sql.execute("RELEASE work");
    outcome.after_commit = tx.take_after_commit();
  } catch (...) {
    outcome.failure = translated_current_exception(file_.native());
    if (!sql.in_transaction()) throw;
    sql.execute("ROLLBACK TO work");
    sql.execute("RELEASE work");
  }
}

void SqliteDatabase::read_loop(SqliteConnection& sql) {
  for (std::vector<Job> jobs = reads_.pop(1); !jobs.empty(); jobs = reads_.pop(1)) {
    std::exception_ptr failure;
    try {
      Transaction tx(sql, config_.clock);
      sql.execute("BEGIN");
      jobs.front().work(tx);
    } catch (...) {
      failure = translated_current_exception(file_.native());
    }
    roll_back(sql);
    jobs.front().finish(failure);
  }
}

}  // namespace tenon::store
