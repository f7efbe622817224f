// The store: one schema on SQLite (embedded) or PostgreSQL (scaled), reached through transactions.
//
//   auto database = store::Database::open({.url = "sqlite:" + path});
//   auto name = co_await database->read([&](store::Transaction& tx) { return project_name(tx, id); });
//   co_await database->write([=](store::Transaction& tx) { insert_artifact(tx, artifact); });
//
// A function handed to write() or read() runs on a thread of the database, may run more than once (a PostgreSQL
// serialization failure, a SQLite group that could not be committed), and so has no effect but on the transaction and
// on what it returns. What it throws rolls back its own work and comes out of the call; errors of the database come out
// as tenon::Error (data_corrupted, storage_full, conflict for a violated constraint, busy, unavailable, internal).
//
// SQLite: WAL, synchronous=FULL, foreign keys; one writer connection on its own thread, readers on theirs. Writes that
// wait together are committed together (group commit: one fsync for all), each under its own savepoint; a call is
// answered only after the commit. Only the writer checkpoints. PostgreSQL: a pool of connections, each write a
// transaction of its own at READ COMMITTED; take row locks where a decision depends on what was read (`for_update`).
//
// The event loop whose coroutines call must outlive the database: one of its threads may still hold the executor of a
// coroutine that has its answer already.
//
// Thread safe. The queues are bounded: a call that finds its queue full fails with `unavailable`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/task.h"
#include "core/time.h"

namespace soci {
class session;
}

namespace tenon::store {

enum class Dialect { sqlite, postgresql };

class SqliteConnection;

struct DatabaseConfig {
  std::string url;                  // "sqlite:<file>", or a libpq connection URI "postgresql://…"
  std::uint32_t connections = 4;    // SQLite: readers beside the writer. PostgreSQL: all but the one for upkeep
  std::size_t queue_limit = 16384;  // calls waiting, per queue
  std::size_t group_limit = 512;    // writes in one SQLite commit
  // PostgreSQL: a transaction of a client that has fallen silent (frozen, cut off, computing between two statements) is
  // ended by the server after this, so that its locks hold up nobody. Well below the lease of a worker.
  Milliseconds silence = Milliseconds(1'000);
  Clock clock = {};  // replaces the database's own time; for tests
};

// One transaction, for the length of the function it is handed to. SQL is written with store/sql.h.
class Transaction {
 public:
  Transaction(SqliteConnection& sqlite, const Clock& clock) : sqlite_(&sqlite), clock_(clock) {}
  Transaction(soci::session& postgresql, const Clock& clock) : postgresql_(&postgresql), clock_(clock) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Dialect dialect() const { return sqlite_ != nullptr ? Dialect::sqlite : Dialect::postgresql; }
  // The one that dialect() names.
  SqliteConnection& sqlite() { return *sqlite_; }
  soci::session& postgresql() { return *postgresql_; }

  // The database's time, asked once per transaction. Leases and timers are judged by it, never by a worker's clock.
  Timestamp now();

  // Appended to a SELECT whose rows the transaction is about to decide on. Empty on SQLite, which has one writer.
  std::string_view for_update() const { return sqlite_ == nullptr ? " FOR UPDATE" : ""; }
  std::string_view for_update_skip_locked() const { return sqlite_ == nullptr ? " FOR UPDATE SKIP LOCKED" : ""; }

  // Called on a database thread after the commit; not at all after a rollback. Must be quick and must not throw.
  void after_commit(std::function<void()> action) { after_commit_.push_back(std::move(action)); }
  std::vector<std::function<void()>> take_after_commit() { return std::exchange(after_commit_, {}); }

 private:
  SqliteConnection* sqlite_ = nullptr;
  soci::session* postgresql_ = nullptr;
  const Clock& clock_;
  std::optional<Timestamp> now_;
  std::vector<std::function<void()>> after_commit_;
};

using Work = std::function<void(Transaction&)>;
// Told once, on a database thread, after commit or rollback: nothing, or why it failed.
using Done = std::move_only_function<void(std::exception_ptr)>;
// upkeep: a short write that must not wait behind others' work, such as a heartbeat. PostgreSQL: on a connection of its
// own. SQLite has one writer: it comes first of those that wait.
enum class Access { read, write, upkeep };

class Database {
 public:
  // Opens or creates, checks that the file is sound, and applies pending migrations. Throws data_corrupted (the file is
  // left as it is), unsupported (written by a newer version), conflict (an applied migration differs from ours),
  // invalid_argument (malformed URL), permission_denied, storage_full or unavailable.
  static std::unique_ptr<Database> open(DatabaseConfig config);

  virtual ~Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  virtual Dialect dialect() const = 0;

  // From coroutines. The coroutine goes on on its own executor.
  template <class Work>
  Task<std::invoke_result_t<Work&, Transaction&>> write(Work work) {
    return perform(Access::write, std::move(work));
  }
  template <class Work>
  Task<std::invoke_result_t<Work&, Transaction&>> read(Work work) {
    return perform(Access::read, std::move(work));
  }

  // From threads that may block; never from an event loop's thread nor from within a transaction.
  template <class Work>
  std::invoke_result_t<Work&, Transaction&> write_blocking(Work work) {
    return perform_blocking(Access::write, std::move(work));
  }
  template <class Work>
  std::invoke_result_t<Work&, Transaction&> read_blocking(Work work) {
    return perform_blocking(Access::read, std::move(work));
  }
  template <class Work>
  std::invoke_result_t<Work&, Transaction&> upkeep_blocking(Work work) {
    return perform_blocking(Access::upkeep, std::move(work));
  }

  // Queues the work; with a full queue `done` is called at once.
  virtual void submit(Access access, Work work, Done done) = 0;

 protected:
  Database() = default;

 private:
  Task<void> run(Access access, Work work);
  void run_blocking(Access access, Work work);

  template <class F>
  Task<std::invoke_result_t<F&, Transaction&>> perform(Access access, F work) {
    using Result = std::invoke_result_t<F&, Transaction&>;
    // Shared, because a std::function is copyable and the coroutine may be dropped while a database thread still works.
    auto body = std::make_shared<F>(std::move(work));
    if constexpr (std::is_void_v<Result>) {
      Work erased = [body](Transaction& tx) { (*body)(tx); };
      co_await run(access, std::move(erased));
    } else {
      auto result = std::make_shared<std::optional<Result>>();
      Work erased = [body, result](Transaction& tx) { result->emplace((*body)(tx)); };
      co_await run(access, std::move(erased));
      co_return std::move(**result);
    }
  }

  template <class F>
  std::invoke_result_t<F&, Transaction&> perform_blocking(Access access, F work) {
    using Result = std::invoke_result_t<F&, Transaction&>;
    if constexpr (std::is_void_v<Result>) {
      run_blocking(access, [&work](Transaction& tx) { work(tx); });
    } else {
      std::optional<Result> result;
      run_blocking(access, [&](Transaction& tx) { result.emplace(work(tx)); });
      return std::move(*result);
    }
  }
};

}  // namespace tenon::store
