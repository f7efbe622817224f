// One suite for both databases. CONFORMANCE_TEST defines a test that runs on SQLite by itself; on PostgreSQL all of a
// program's conformance tests run within the single test `PostgreSQL.PassesEveryConformanceTest`, each in a schema of
// its own, because every test runs in a process of its own under ctest and a server for each would be slow.
//
//   CONFORMANCE_TEST(Lease, LateWriteIsRefused) { auto database = scratch.open(); … }
//
// A test program with such tests says once: RUN_CONFORMANCE_TESTS_ON_POSTGRESQL().
#pragma once

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <filesystem>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/testing/postgres_server.h"

namespace tenon::store::testing {

// An empty database that can be opened again and again; removed at the end.
class Scratch {
 public:
  explicit Scratch(Dialect dialect) : dialect_(dialect) {
    if (dialect == Dialect::postgresql) {
      static int number = 0;
      const std::string schema = "case_" + std::to_string(++number);
      create_schema(schema);
      url_ = PostgresServer::shared().url(schema);
      return;
    }
    std::string name = (std::filesystem::temp_directory_path() / "store-XXXXXX").native();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    directory_ = name;
    url_ = "sqlite:" + file().native();
  }
  ~Scratch() {
    std::error_code ignored;
    if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  Dialect dialect() const { return dialect_; }
  const std::string& url() const { return url_; }
  std::filesystem::path file() const { return directory_ / "tenon.db"; }  // SQLite

  std::unique_ptr<Database> open(Clock clock = {}) const {
    return Database::open({.url = url_, .connections = 4, .clock = std::move(clock)});
  }

 private:
  static void create_schema(const std::string& schema) {
    PGconn* connection = PQconnectdb(PostgresServer::shared().url("public").c_str());
    PGresult* result = PQexec(connection, ("CREATE SCHEMA " + schema).c_str());
    const bool created = PQresultStatus(result) == PGRES_COMMAND_OK;
    const std::string reason = PQerrorMessage(connection);
    PQclear(result);
    PQfinish(connection);
    if (!created) throw std::runtime_error("CREATE SCHEMA: " + reason);
  }

  Dialect dialect_;
  std::string url_;
  std::filesystem::path directory_;
};

using ConformanceTest = void (*)(Scratch&);
struct NamedConformanceTest {
  const char* name;
  ConformanceTest run;
};

inline std::vector<NamedConformanceTest>& conformance_tests() {
  static std::vector<NamedConformanceTest> all;
  return all;
}

}  // namespace tenon::store::testing

#define CONFORMANCE_TEST(Suite, Name)                                                                            \
  static void conformance_##Suite##_##Name(::tenon::store::testing::Scratch& scratch);                           \
  TEST(Suite, Name) {                                                                                            \
    ::tenon::store::testing::Scratch scratch(::tenon::store::Dialect::sqlite);                                   \
    conformance_##Suite##_##Name(scratch);                                                                       \
  }                                                                                                              \
  [[maybe_unused]] static const bool registered_##Suite##_##Name =                                               \
      (::tenon::store::testing::conformance_tests().push_back({#Suite "." #Name, conformance_##Suite##_##Name}), \
       true);                                                                                                    \
  static void conformance_##Suite##_##Name([[maybe_unused]] ::tenon::store::testing::Scratch& scratch)

#define RUN_CONFORMANCE_TESTS_ON_POSTGRESQL()                                        \
  TEST(PostgreSQL, PassesEveryConformanceTest) {                                     \
    for (const auto& test : ::tenon::store::testing::conformance_tests()) {          \
      SCOPED_TRACE(test.name);                                                       \
      ::tenon::store::testing::Scratch scratch(::tenon::store::Dialect::postgresql); \
      test.run(scratch);                                                             \
    }                                                                                \
  }
