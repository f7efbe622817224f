#include "earlier_build.h"

#include <libpq-fe.h>
#include <sqlite3.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

namespace tenon::upgrade {
namespace {

// What every build so far has made before its first migration.
constexpr const char* kLedger = R"(
  CREATE TABLE migrations (
    version    INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    checksum   TEXT NOT NULL,
    applied_at BIGINT NOT NULL
  );)";

std::string text_of(const char* file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error(std::string("cannot read ") + file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void run_on_sqlite(const std::string& file, const std::string& script) {
  sqlite3* opened = nullptr;
  const int status = sqlite3_open(file.c_str(), &opened);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(opened, sqlite3_close);
  if (status != SQLITE_OK || sqlite3_exec(opened, script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error(file + ": " + sqlite3_errmsg(opened));
  }
}

void run_on_postgresql(const std::string& url, const std::string& script) {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(url.c_str()), PQfinish);
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection.get(), script.c_str()), PQclear);
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
}

}  // namespace

const store::testing::Scratch& with_earlier_journal(const store::testing::Scratch& scratch) {
  const std::string script = "BEGIN;" + (kLedger + text_of(TENON_FOUNDATION)) + text_of(TENON_JOURNAL) + "COMMIT;";
  if (scratch.dialect() == store::Dialect::sqlite) {
    run_on_sqlite(scratch.file(), script);
  } else {
    run_on_postgresql(scratch.url(), script);
  }
  return scratch;
}

}  // namespace tenon::upgrade
