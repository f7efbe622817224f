#include "store/database.h"

#include <future>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/error.h"
#include "core/redact.h"
#include "store/postgres_database.h"
#include "store/sql.h"
#include "store/sqlite_database.h"

namespace tenon::store {

Timestamp Transaction::now() {
  if (now_) return *now_;
  if (clock_) {
    now_ = clock_();
  } else if (dialect() == Dialect::sqlite) {
    now_ = tenon::now();
  } else {
    now_ = query_one<Timestamp>(*this, "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)");
  }
  return *now_;
}

std::unique_ptr<Database> Database::open(DatabaseConfig config) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (config.url.starts_with(kSqlite) && config.url.size() > kSqlite.size()) {
    const std::string file = config.url.substr(kSqlite.size());
    return std::make_unique<SqliteDatabase>(file, std::move(config));
  }
  if (config.url.starts_with("postgresql://")) return std::make_unique<PostgresDatabase>(std::move(config));
  throw Error(ErrorCode::invalid_argument,
              fmt::format("The database URL '{}' is not understood.", redacted_text(config.url)),
              "Write sqlite:<file> or postgresql://user@host/name.");
}

Task<void> Database::run(Access access, Work work) {
  namespace asio = boost::asio;
  auto initiation = [this, access, work = std::move(work)](auto handler) mutable {
    auto home = asio::make_work_guard(asio::get_associated_executor(handler));
    submit(access, std::move(work),
           [home = std::move(home), handler = std::move(handler)](std::exception_ptr failure) mutable {
             auto executor = home.get_executor();
             asio::post(executor, [handler = std::move(handler), failure]() mutable { std::move(handler)(failure); });
           });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(std::exception_ptr)>(std::move(initiation),
                                                                                          asio::use_awaitable);
}

void Database::run_blocking(Access access, Work work) {
  std::promise<void> answered;
  submit(access, std::move(work), [&answered](std::exception_ptr failure) {
    if (failure) {
      answered.set_exception(failure);
    } else {
      answered.set_value();
    }
  });
  answered.get_future().get();
}

}  // namespace tenon::store
