// Numbered changes of the schema, embedded from migrations/*.sql at build time and applied in order when a database is
// opened, each in a transaction of its own. An applied migration is never edited: its checksum is recorded and
// compared. A line that begins with "--sqlite " or "--postgresql " is part of the statement in that dialect only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/database.h"

namespace tenon::store {

struct Migration {
  std::int32_t version = 0;
  std::string name;
  std::string sql;
};

// In order of version.
const std::vector<Migration>& migrations();

// Brings the schema up to `wanted`. Throws unsupported when the database is ahead of it, conflict when an applied
// migration differs. No transaction may be open.
void migrate(SqliteConnection& sqlite, const std::vector<Migration>& wanted);
void migrate(soci::session& postgresql, const std::vector<Migration>& wanted);

}  // namespace tenon::store
