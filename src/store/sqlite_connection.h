// One connection to a SQLite file, with its statements prepared once and kept. Not thread safe.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tenon::store {

// `code` is SQLite's extended result code (sqlite.org/rescode.html).
class SqliteError : public std::runtime_error {
 public:
  SqliteError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  int code() const { return code_; }

 private:
  int code_;
};

class SqliteConnection;

// Bound texts must outlive the step. Parameters and columns are counted as in SQLite: from 1 and from 0.
class SqliteStatement final {
 public:
  SqliteStatement(SqliteConnection& connection, std::string_view sql);
  ~SqliteStatement();
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  // 0 when the statement does not use the name. Asked with the same names in the same order each time, it answers from
  // memory.
  int parameter(std::size_t place, std::string_view name);

  void bind_null(int parameter);
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, double value);
  void bind(int parameter, std::string_view text);
  void bind_copy(int parameter, std::string_view text);

  // Whether there is a row.
  bool step();
  void reset() { sqlite3_reset(statement_); }

  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  double real(int column) const { return sqlite3_column_double(statement_, column); }
  std::string_view text(int column) const;

 private:
  void check(int code);

  struct Parameter {
    std::string name;
    int index = 0;
  };
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
  std::vector<Parameter> parameters_;
};

// Ends the use of a kept statement: it holds no lock and no row afterwards.
class SqliteUse final {
 public:
  explicit SqliteUse(SqliteStatement& statement) : statement_(statement) {}
  ~SqliteUse() { statement_.reset(); }
  SqliteUse(const SqliteUse&) = delete;
  SqliteUse& operator=(const SqliteUse&) = delete;

 private:
  SqliteStatement& statement_;
};

enum class SqliteAccess { read_write, read_only };

class SqliteConnection final {
 public:
  SqliteConnection(const std::filesystem::path& file, SqliteAccess access);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  SqliteStatement& statement(std::string_view sql);
  void execute(std::string_view sql);
  std::string query_text(std::string_view sql);

  bool in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }
  std::int64_t changes() const { return sqlite3_changes64(database_); }
  sqlite3* handle() { return database_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  sqlite3* database_ = nullptr;
  std::unordered_map<std::string, std::unique_ptr<SqliteStatement>, Hash, std::equal_to<>> statements_;
};

}  // namespace tenon::store
