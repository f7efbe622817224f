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
  if (tx.dialect() == Dialect::postgresql) tx.postgresql() << "SELECT pg_advisory_xact_lock(8102517204)";
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

// The line as this dialect reads it; empty for a comment.
std::string_view in_dialect(std::string_view line, Dialect dialect) {
  if (!line.starts_with("--")) return line;
  const std::string_view marker = dialect == Dialect::sqlite ? "--sqlite " : "--postgresql ";
  return line.starts_with(marker) ? line.substr(marker.size()) : std::string_view();
}

std::vector<std::string> statements(const std::string& script, Dialect dialect) {
  std::vector<std::string> result;
  std::string current;
  std::size_t begin = 0;
  while (begin < script.size()) {
    const std::size_t end = std::min(script.find('\n', begin), script.size());
    const std::string_view line = in_dialect(std::string_view(script).substr(begin, end - begin), dialect);
    begin = end + 1;
    if (line.empty()) continue;
    current.append(line).append("\n");
    if (!line.ends_with(";")) continue;
    result.push_back(current.substr(0, current.rfind(';')));
    current.clear();
  }
  return result;
}

void apply(Transaction& tx, const Migration& migration) {
  for (const std::string& statement : statements(migration.sql, tx.dialect())) execute(tx, statement);
  execute(tx, R"(
    INSERT INTO migrations (version, name, checksum, applied_at) VALUES (:version, :name, :checksum, :now))",
          named("version", migration.version), named("name", migration.name),
          named("checksum", sha256(migration.sql).text), named("now", tx.now()));
}

// Applies the next migration, if there is one.
bool advance(Transaction& tx, const std::vector<Migration>& wanted) {
  lock_schema(tx);
  create_ledger(tx);
  const std::vector<Applied> applied = applied_migrations(tx);
  check(applied, wanted);
  if (applied.size() == wanted.size()) return false;
  apply(tx, wanted[applied.size()]);
  return true;
}

}  // namespace

void migrate(SqliteConnection& sqlite, const std::vector<Migration>& wanted) {
  const Clock no_clock;
  for (bool more = true; more;) {
    sqlite.execute("BEGIN IMMEDIATE");
    try {
      Transaction tx(sqlite, no_clock);
      more = advance(tx, wanted);
      sqlite.execute("COMMIT");
    } catch (...) {
      if (sqlite.in_transaction()) sqlite.execute("ROLLBACK");
      throw;
    }
  }
}

void migrate(soci::session& postgresql, const std::vector<Migration>& wanted) {
  const Clock no_clock;
  for (bool more = true; more;) {
    soci::transaction guard(postgresql);
    Transaction tx(postgresql, no_clock);
    more = advance(tx, wanted);
    guard.commit();
  }
}

}  // namespace tenon::store
