#include "store/migration.h"

#include "core/digest.h"
#include "store/sql.h"

namespace tenon::store {
namespace {

struct Applied {
  std::int64_t version = 0;
  std::string name;
  std::string checksum;
};
BOOST_DESCRIBE_STRUCT(Applied, (), (version, name, checksum))

// Two processes that open the same PostgreSQL database migrate one after the other.
void lock_schema(Transaction& tx) {
  if (tx.dialect() == Dialect::postgresql) tx.sql() << "SELECT pg_advisory_xact_lock(8102517204)";
}

void create_ledger(Transaction& tx) {
  execute(tx, R"(
    CREATE TABLE IF NOT EXISTS migrations (
      version    INTEGER PRIMARY KEY,
      name       TEXT NOT NULL,
      checksum   TEXT NOT NULL,
      applied_at BIGINT NOT NULL
    ))");
}

std::vector<Applied> applied_migrations(Transaction& tx) {
  return query<Applied>(tx, R"(SELECT version, name, checksum FROM migrations ORDER BY version)");
}

void check(const std::vector<Applied>& applied, const std::vector<Migration>& wanted) {
  for (std::size_t i = 0; i < applied.size(); ++i) {
    if (i >= wanted.size()) {
      throw Error(ErrorCode::unsupported,
                  fmt::format("The database has schema version {} ({}), but this program knows versions up to {}.",
                              applied.back().version, applied.back().name, wanted.size()),
                  "Start the newer version of the program that wrote it, or use another data directory.");
    }
    if (applied[i].version != wanted[i].version || applied[i].checksum != sha256(wanted[i].sql).text) {
      throw Error(ErrorCode::conflict,
                  fmt::format("Migration {} of the database is not the {} this program would have applied.",
                              applied[i].name, wanted[i].name),
                  "Start the version of the program that wrote the database; applied migrations are never edited.");
    }
  }
}

std::vector<std::string> statements(const std::string& script) {
  std::vector<std::string> result;
  std::string current;
  std::size_t begin = 0;
  while (begin < script.size()) {
    const std::size_t end = std::min(script.find('\n', begin), script.size());
    const std::string line = script.substr(begin, end - begin);
    begin = end + 1;
    if (line.starts_with("--")) continue;
    current += line + "\n";
    if (!line.ends_with(";")) continue;
    result.push_back(current.substr(0, current.rfind(';')));
    current.clear();
  }
  return result;
}

void apply(Transaction& tx, const Migration& migration) {
  for (const std::string& statement : statements(migration.sql)) execute(tx, statement);
  execute(tx, R"(
    INSERT INTO migrations (version, name, checksum, applied_at) VALUES (:version, :name, :checksum, :now))",
          named("version", migration.version), named("name", migration.name),
          named("checksum", sha256(migration.sql).text), named("now", tx.now()));
}

}  // namespace

void migrate(soci::session& sql, Dialect dialect, const std::vector<Migration>& wanted) {
  const Clock no_clock;
  bool done = false;
  while (!done) {
    soci::transaction guard(sql);
    Transaction tx(sql, dialect, no_clock);
    lock_schema(tx);
    create_ledger(tx);
    const std::vector<Applied> applied = applied_migrations(tx);
    check(applied, wanted);
    done = applied.size() == wanted.size();
    if (!done) apply(tx, wanted[applied.size()]);
    guard.commit();
  }
}

}  // namespace tenon::store
