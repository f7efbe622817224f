#include "store/database.h"

#include <fstream>
#include <future>
#include <thread>

#include "core/error.h"
#include "io/runtime.h"
#include "store/migration.h"
#include "store/sql.h"
#include "store/testing/conformance.h"

namespace tenon::store {
namespace {

using testing::Scratch;

const TenantId kTenant{"ten_1"};

struct ProjectRow {
  ProjectId project_id;
  std::string name;
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(ProjectRow, (), (project_id, name, created_at))

void insert_project(Transaction& tx, const std::string& id, const std::string& slug) {
  execute(tx, R"(
    INSERT INTO projects (project_id, tenant_id, name, slug, goal, repository_path, created_at)
    VALUES (:id, :tenant, :name, :slug, 'a goal', 'repository', :now))",
          named("id", id), named("tenant", kTenant), named("name", "Project " + id), named("slug", slug),
          named("now", tx.now()));
}

std::vector<ProjectRow> projects(Transaction& tx) {
  return query<ProjectRow>(tx, "SELECT project_id, name, created_at FROM projects ORDER BY project_id");
}

std::int64_t project_count(Database& database) {
  return database.read_blocking(
      [](Transaction& tx) { return *query_one<std::int64_t>(tx, "SELECT count(*) FROM projects"); });
}

template <class F>
ErrorCode code_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "no error was thrown";
  return ErrorCode::internal;
}

CONFORMANCE_TEST(Database, WhatWasWrittenIsThereAfterOpeningAgain) {
  const Clock clock = [] { return Timestamp(Milliseconds(1'700'000'000'123)); };
  scratch.open(clock)->write_blocking([](Transaction& tx) { insert_project(tx, "prj_1", "one"); });
  const auto rows = scratch.open()->read_blocking(projects);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].project_id, ProjectId{"prj_1"});
  EXPECT_EQ(rows[0].created_at, clock());
}

CONFORMANCE_TEST(Database, AFailedWriteLeavesNothingAndDoesNotTouchItsNeighbours) {
  auto database = scratch.open();
  std::vector<std::thread> writers;
  std::atomic<int> failed = 0;
  for (int i = 0; i < 24; ++i) {
    writers.emplace_back([&, i] {
      try {
        database->write_blocking([i](Transaction& tx) {
          insert_project(tx, fmt::format("prj_{}", i), fmt::format("slug-{}", i));
          if (i % 3 == 0) throw Error(ErrorCode::unmet, "changed my mind");
        });
      } catch (const Error& error) {
        failed += error.code() == ErrorCode::unmet ? 1 : 0;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(failed, 8);
  EXPECT_EQ(project_count(*database), 16);
}

CONFORMANCE_TEST(Database, AViolatedConstraintIsAConflict) {
  auto database = scratch.open();
  database->write_blocking([](Transaction& tx) { insert_project(tx, "prj_1", "same"); });
  const auto again = [&] { database->write_blocking([](Transaction& tx) { insert_project(tx, "prj_2", "same"); }); };
  EXPECT_EQ(code_of(again), ErrorCode::conflict);
  const auto orphan = [&] {
    database->write_blocking([](Transaction& tx) {
      execute(tx, R"(
        INSERT INTO environments (project_id, tenant_id, environment, release_id, updated_at)
        VALUES ('prj_1', 'ten_1', 'preview', 'rel_none', 0))");
    });
  };
  EXPECT_EQ(code_of(orphan), ErrorCode::conflict);
}

CONFORMANCE_TEST(Database, ReadersCannotWrite) {
  auto database = scratch.open();
  EXPECT_THROW(database->read_blocking([](Transaction& tx) { insert_project(tx, "prj_1", "one"); }), Error);
  EXPECT_EQ(project_count(*database), 0);
}

CONFORMANCE_TEST(Database, AfterCommitActionsRunOnlyAfterACommit) {
  auto database = scratch.open();
  std::atomic<int> told = 0;
  database->write_blocking([&](Transaction& tx) { tx.after_commit([&] { ++told; }); });
  EXPECT_EQ(told, 1);
  const auto failing = [&] {
    database->write_blocking([&](Transaction& tx) {
      tx.after_commit([&] { ++told; });
      throw Error(ErrorCode::unmet, "no");
    });
  };
  EXPECT_EQ(code_of(failing), ErrorCode::unmet);
  EXPECT_EQ(told, 1);
}

Task<std::int64_t> add_and_count(Database& database) {
  co_await database.write([](Transaction& tx) { insert_project(tx, "prj_1", "one"); });
  const auto rows = co_await database.read(projects);
  co_return static_cast<std::int64_t>(rows.size());
}

CONFORMANCE_TEST(Database, CoroutinesReadWhatTheyWrote) {
  io::Runtime runtime({});
  auto database = scratch.open();
  EXPECT_EQ(runtime.run(add_and_count(*database)), 1);
}

Task<void> failing_write(Database& database) {
  co_await database.write([](Transaction&) { throw Error(ErrorCode::unmet, "no"); });
}

CONFORMANCE_TEST(Database, WhatAWriteThrowsComesOutOfTheCoroutine) {
  io::Runtime runtime({});
  auto database = scratch.open();
  EXPECT_EQ(code_of([&] { runtime.run(failing_write(*database)); }), ErrorCode::unmet);
}

enum class Mood { calm, wild };
BOOST_DESCRIBE_ENUM(Mood, calm, wild)

struct EveryType {
  std::string text;
  std::int64_t number = 0;
  double decimal = 0;
  bool yes = false;
  Mood mood = Mood::calm;
  std::optional<std::string> nothing;
  std::optional<std::int64_t> something;
  std::optional<Timestamp> time;
  json::value document;
  bool operator==(const EveryType&) const = default;
};
BOOST_DESCRIBE_STRUCT(EveryType, (), (text, number, decimal, yes, mood, nothing, something, time, document))

CONFORMANCE_TEST(Sql, EveryTypeSurvivesTheRoundTrip) {
  auto database = scratch.open();
  const EveryType sent{.text = "Grüße; :not_a_parameter 'quoted'",
                       .number = 9'007'199'254'740'993,
                       .decimal = 0.1,
                       .yes = true,
                       .mood = Mood::wild,
                       .nothing = std::nullopt,
                       .something = -1,
                       .time = Timestamp(Milliseconds(1'700'000'000'123)),
                       .document = {{"list", {1, 2, nullptr}}}};
  const auto received = database->write_blocking([&](Transaction& tx) {
    execute(tx, R"(
      CREATE TABLE every_type (text TEXT, number BIGINT, decimal_number DOUBLE PRECISION, yes INTEGER, mood TEXT,
                               absent TEXT, something BIGINT, moment BIGINT, document TEXT))");
    execute(tx, R"(
      INSERT INTO every_type VALUES (:text, :number, :decimal, :yes, :mood, :nothing, :something, :moment, :document))",
            named("text", sent.text), named("number", sent.number), named("decimal", sent.decimal),
            named("yes", sent.yes), named("mood", sent.mood), named("nothing", sent.nothing),
            named("something", sent.something), named("moment", sent.time), named("document", sent.document));
    return query<EveryType>(tx, "SELECT * FROM every_type");
  });
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0], sent);
}

CONFORMANCE_TEST(Sql, ExecuteCountsTheRowsItTouched) {
  auto database = scratch.open();
  database->write_blocking([](Transaction& tx) {
    for (int i = 0; i < 5; ++i) insert_project(tx, fmt::format("prj_{}", i), fmt::format("slug-{}", i));
    EXPECT_EQ(execute(tx, "UPDATE projects SET goal = 'other' WHERE project_id < :id", named("id", "prj_3")), 3);
    EXPECT_EQ(execute(tx, "DELETE FROM projects WHERE project_id = 'none'"), 0);
  });
}

CONFORMANCE_TEST(Migration, ADatabaseOfANewerVersionIsRefused) {
  scratch.open()->write_blocking([](Transaction& tx) {
    execute(tx, "INSERT INTO migrations (version, name, checksum, applied_at) VALUES (9999, '9999_future', 'x', 0)");
  });
  EXPECT_EQ(code_of([&] { scratch.open(); }), ErrorCode::unsupported);
}

CONFORMANCE_TEST(Migration, AChangedMigrationIsRefused) {
  scratch.open()->write_blocking(
      [](Transaction& tx) { execute(tx, "UPDATE migrations SET checksum = 'other' WHERE version = 1"); });
  EXPECT_EQ(code_of([&] { scratch.open(); }), ErrorCode::conflict);
}

CONFORMANCE_TEST(Migration, AFailingMigrationLeavesNothingBehind) {
  auto database = scratch.open();
  std::vector<Migration> wanted = migrations();
  const auto version = static_cast<std::int32_t>(wanted.size()) + 1;
  wanted.push_back({version, "broken", "CREATE TABLE half_done (id TEXT);\nCREATE TABLE half_done (id TEXT);\n"});
  // migrate() begins its own transactions, so ours has to end before.
  const auto run = [&] {
    database->write_blocking([&](Transaction& tx) {
      if (tx.dialect() == Dialect::sqlite) {
        tx.sqlite().execute("ROLLBACK");
        migrate(tx.sqlite(), wanted);
      } else {
        tx.postgresql() << "ROLLBACK";
        migrate(tx.postgresql(), wanted);
      }
    });
  };
  EXPECT_THROW(run(), Error);
  const auto use = [&] {
    database->read_blocking([](Transaction& tx) { query<std::string>(tx, "SELECT id FROM half_done"); });
  };
  EXPECT_THROW(use(), Error);
  database.reset();
  EXPECT_NO_THROW(scratch.open());
}

TEST(Sqlite, ManyWritersShareCommits) {
  Scratch scratch(Dialect::sqlite);
  auto database = scratch.open();
  std::promise<void> started;
  std::promise<void> gate;
  std::thread first([&] {
    database->write_blocking([&](Transaction&) {
      started.set_value();
      gate.get_future().wait();
    });
  });
  started.get_future().wait();
  std::atomic<int> committed = 0;
  std::vector<std::thread> writers;
  for (int i = 0; i < 16; ++i) {
    writers.emplace_back([&, i] {
      database->write_blocking([&, i](Transaction& tx) {
        insert_project(tx, fmt::format("prj_{}", i), fmt::format("slug-{}", i));
        tx.after_commit([&] { ++committed; });
      });
    });
  }
  EXPECT_EQ(committed, 0);
  gate.set_value();
  first.join();
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(committed, 16);
  EXPECT_EQ(project_count(*database), 16);
}

TEST(Sqlite, AFullQueueRefusesInsteadOfGrowing) {
  Scratch scratch(Dialect::sqlite);
  auto database = Database::open({.url = scratch.url(), .connections = 1, .queue_limit = 1});
  std::promise<void> started;
  std::promise<void> gate;
  std::thread busy([&] {
    database->write_blocking([&](Transaction&) {
      started.set_value();
      gate.get_future().wait();
    });
  });
  started.get_future().wait();
  std::atomic<int> refused = 0;
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&] {
      try {
        database->write_blocking([](Transaction&) {});
      } catch (const Error& error) {
        if (error.code() == ErrorCode::unavailable && ++refused == 3) gate.set_value();
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  busy.join();
  EXPECT_EQ(refused, 3);
}

TEST(Sqlite, AFullDiskIsToldAndLosesNothingThatWasAcknowledged) {
  Scratch scratch(Dialect::sqlite);
  auto database = scratch.open();
  database->write_blocking([](Transaction& tx) { insert_project(tx, "prj_1", "one"); });
  database->write_blocking(
      [](Transaction& tx) { tx.sqlite().execute("PRAGMA max_page_count = 1"); });  // as many as there are
  const auto large = [&] {
    database->write_blocking([](Transaction& tx) { insert_project(tx, "prj_2", std::string(1 << 20, 'x')); });
  };
  EXPECT_EQ(code_of(large), ErrorCode::storage_full);
  EXPECT_EQ(project_count(*database), 1);
  database->write_blocking([](Transaction& tx) { tx.sqlite().execute("PRAGMA max_page_count = 1000000"); });
  EXPECT_NO_THROW(large());
  EXPECT_EQ(project_count(*database), 2);
}

TEST(Sqlite, AFileThatIsNoDatabaseIsRefusedAndKept) {
  Scratch scratch(Dialect::sqlite);
  std::ofstream(scratch.file()) << std::string(8192, 'x');
  EXPECT_EQ(code_of([&] { scratch.open(); }), ErrorCode::data_corrupted);
  EXPECT_EQ(std::filesystem::file_size(scratch.file()), 8192U);
}

TEST(Sqlite, ADamagedPageIsFoundAtOpening) {
  Scratch scratch(Dialect::sqlite);
  scratch.open()->write_blocking([](Transaction& tx) {
    for (int i = 0; i < 400; ++i) insert_project(tx, fmt::format("prj_{}", i), fmt::format("slug-{}", i));
  });
  {
    std::fstream file(scratch.file(), std::ios::in | std::ios::out | std::ios::binary);
    for (int page = 2; page < 60; page += 3) {
      file.seekp(page * 4096);
      file << std::string(64, '\x7f');
    }
  }
  EXPECT_EQ(code_of([&] { scratch.open(); }), ErrorCode::data_corrupted);
}

TEST(Sqlite, AMalformedUrlIsRefused) {
  EXPECT_EQ(code_of([] { Database::open({.url = "mysql://here"}); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([] { Database::open({.url = "sqlite:"}); }), ErrorCode::invalid_argument);
}

RUN_CONFORMANCE_TESTS_ON_POSTGRESQL()

}  // namespace
}  // namespace tenon::store
