#include "store/sqlite_connection.h"

namespace tenon::store {
namespace {

// A program's statements are few; more mean that values were written into them.
constexpr std::size_t kKeptStatements = 512;
constexpr int kBusyTimeoutMilliseconds = 30'000;

// SQLite's own statistics cost a lock at each allocation.
void configure_once() {
  static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(configured);
}

}  // namespace

SqliteStatement::SqliteStatement(SqliteConnection& connection, std::string_view sql) : database_(connection.handle()) {
  check(sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement_,
                           nullptr));
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(statement_); }

int SqliteStatement::parameter(std::size_t place, std::string_view name) {
  if (place < parameters_.size() && parameters_[place].name == name) return parameters_[place].index;
  const std::string full = ":" + std::string(name);
  const int index = sqlite3_bind_parameter_index(statement_, full.c_str());
  if (place >= parameters_.size()) parameters_.resize(place + 1);
  parameters_[place] = {std::string(name), index};
  return index;
}

void SqliteStatement::bind_null(int parameter) { check(sqlite3_bind_null(statement_, parameter)); }
void SqliteStatement::bind(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(statement_, parameter, value));
}
void SqliteStatement::bind(int parameter, double value) { check(sqlite3_bind_double(statement_, parameter, value)); }
void SqliteStatement::bind(int parameter, std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  check(sqlite3_bind_text64(statement_, parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}
void SqliteStatement::bind_copy(int parameter, std::string_view text) {
  check(sqlite3_bind_text64(statement_, parameter, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

bool SqliteStatement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const SqliteError error(sqlite3_extended_errcode(database_), sqlite3_errmsg(database_));
  sqlite3_reset(statement_);
  throw error;
}

std::string_view SqliteStatement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return {data == nullptr ? "" : data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void SqliteStatement::check(int code) {
  if (code != SQLITE_OK) throw SqliteError(sqlite3_extended_errcode(database_), sqlite3_errmsg(database_));
}

SqliteConnection::SqliteConnection(const std::filesystem::path& file, SqliteAccess access) {
  configure_once();
  // One thread uses a connection at a time, so SQLite needs no lock of its own.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(file.c_str(), &database_, flags, nullptr);
  if (code != SQLITE_OK) {
    const SqliteError error(database_ == nullptr ? code : sqlite3_extended_errcode(database_), sqlite3_errstr(code));
    sqlite3_close_v2(database_);
    throw error;
  }
  sqlite3_busy_timeout(database_, kBusyTimeoutMilliseconds);
  if (access == SqliteAccess::read_only) execute("PRAGMA query_only = ON");
}

SqliteConnection::~SqliteConnection() {
  statements_.clear();
  sqlite3_close_v2(database_);
}

SqliteStatement& SqliteConnection::statement(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return *found->second;
  if (statements_.size() >= kKeptStatements) statements_.clear();
  auto made = std::make_unique<SqliteStatement>(*this, sql);
  return *statements_.emplace(std::string(sql), std::move(made)).first->second;
}

void SqliteConnection::execute(std::string_view sql) {
  SqliteStatement& prepared = statement(sql);
  const SqliteUse use(prepared);
  while (prepared.step()) continue;
}

std::string SqliteConnection::query_text(std::string_view sql) {
  SqliteStatement& prepared = statement(sql);
  const SqliteUse use(prepared);
  return prepared.step() ? std::string(prepared.text(0)) : std::string();
}

}  // namespace tenon::store
