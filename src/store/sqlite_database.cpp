#include "store/sqlite_database.h"

#include <sqlite3/soci-sqlite3.h>

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

std::unique_ptr<soci::session> connect(const std::filesystem::path& file) {
  if (file.native().find('"') != std::string::npos) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("The database path {} contains a quotation mark.", file.native()));
  }
  return std::make_unique<soci::session>(soci::sqlite3, fmt::format("dbname=\"{}\" timeout=30", file.native()));
}

std::unique_ptr<soci::session> open_writer(const std::filesystem::path& file) {
  auto sql = connect(file);
  *sql << "PRAGMA journal_mode = WAL";
  *sql << "PRAGMA synchronous = FULL";
  *sql << "PRAGMA foreign_keys = ON";
  *sql << "PRAGMA wal_autocheckpoint = 4000";
  return sql;
}

std::unique_ptr<soci::session> open_reader(const std::filesystem::path& file) {
  auto sql = connect(file);
  *sql << "PRAGMA query_only = ON";
  *sql << "PRAGMA wal_autocheckpoint = 0";
  return sql;
}

void check_soundness(soci::session& sql, const std::filesystem::path& file) {
  std::error_code unknown;
  if (std::filesystem::file_size(file, unknown) > kCheckedBytes || unknown) return;
  std::string verdict;
  sql << "PRAGMA quick_check(1)", soci::into(verdict);
  if (verdict == "ok") return;
  throw soci::sqlite3_soci_error(verdict, SQLITE_CORRUPT);
}

bool in_transaction(soci::session& sql) {
  return sqlite_api::sqlite3_get_autocommit(static_cast<soci::sqlite3_session_backend*>(sql.get_backend())->conn_) == 0;
}

void roll_back(soci::session& sql) {
  if (in_transaction(sql)) sql << "ROLLBACK";
}

}  // namespace

SqliteDatabase::SqliteDatabase(std::filesystem::path file, DatabaseConfig config)
    : file_(std::move(file)), config_(std::move(config)), writes_(config_.queue_limit), reads_(config_.queue_limit) {
  try {
    if (file_.has_parent_path()) std::filesystem::create_directories(file_.parent_path());
    writer_ = open_writer(file_);
    check_soundness(*writer_, file_);
    migrate(*writer_, Dialect::sqlite, migrations());
    for (std::uint32_t i = 0; i < config_.connections; ++i) readers_.push_back(open_reader(file_));
  } catch (const std::filesystem::filesystem_error& error) {
    throw system_error(fmt::format("creating the directory of {}", file_.native()), error.code().value());
  } catch (...) {
    std::rethrow_exception(translated_current_exception(file_.native()));
  }
  writer_thread_ = std::thread([this] { write_loop(*writer_); });
  for (auto& reader : readers_) {
    reader_threads_.emplace_back([this, sql = reader.get()] { read_loop(*sql); });
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
  JobQueue& queue = access == Access::write ? writes_ : reads_;
  queue.push({access, std::move(work), std::move(done)});
}

void SqliteDatabase::write_loop(soci::session& sql) {
  for (std::vector<Job> jobs = writes_.pop(config_.group_limit); !jobs.empty();
       jobs = writes_.pop(config_.group_limit)) {
    run_group(sql, jobs);
  }
}

// While one group waits for the disk the next one gathers in the queue: the busier the store, the larger its groups.
void SqliteDatabase::run_group(soci::session& sql, std::vector<Job>& jobs) {
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
bool SqliteDatabase::commit_together(soci::session& sql, std::vector<Job>& jobs, std::vector<Outcome>& outcomes) {
  try {
    sql << "BEGIN IMMEDIATE";
    for (std::size_t i = 0; i < jobs.size(); ++i) run_under_savepoint(sql, jobs[i], outcomes[i]);
    sql << "COMMIT";
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
void SqliteDatabase::run_under_savepoint(soci::session& sql, const Job& job, Outcome& outcome) {
  Transaction tx(sql, Dialect::sqlite, config_.clock);
  sql << "SAVEPOINT work";
  try {
    job.work(tx);
    sql << "RELEASE work";
    outcome.after_commit = tx.take_after_commit();
  } catch (...) {
    outcome.failure = translated_current_exception(file_.native());
    if (!in_transaction(sql)) throw;
    sql << "ROLLBACK TO work";
    sql << "RELEASE work";
  }
}

void SqliteDatabase::read_loop(soci::session& sql) {
  for (std::vector<Job> jobs = reads_.pop(1); !jobs.empty(); jobs = reads_.pop(1)) {
    std::exception_ptr failure;
    try {
      Transaction tx(sql, Dialect::sqlite, config_.clock);
      sql << "BEGIN";
      jobs.front().work(tx);
    } catch (...) {
      failure = translated_current_exception(file_.native());
    }
    roll_back(sql);
    jobs.front().finish(failure);
  }
}

}  // namespace tenon::store
