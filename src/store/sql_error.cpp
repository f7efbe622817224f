#include "store/sql_error.h"

#include <postgresql/soci-postgresql.h>

#include "core/error.h"
#include "store/sqlite_connection.h"

namespace tenon::store {
namespace {

Error corrupted(const std::string& place, const char* reason) {
  return Error(ErrorCode::data_corrupted, fmt::format("The database {} is damaged: {}.", place, reason),
               "Nothing was written to it. Restore a backup, or move the file away to start with an empty database.");
}

Error sqlite_error(const SqliteError& error, const std::string& place) {
  switch (error.code() & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return corrupted(place, error.what());
    case SQLITE_FULL:
      return Error(ErrorCode::storage_full, fmt::format("No space is left for the database {}.", place),
                   "Free some space and start again; everything acknowledged so far is kept.");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return Error(ErrorCode::permission_denied, fmt::format("The database {} cannot be opened for writing.", place),
                   "Check the owner and the permissions of the file and of its directory.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error(ErrorCode::busy, fmt::format("The database {} is used by another process.", place));
    case SQLITE_CONSTRAINT:
      return Error(ErrorCode::conflict, fmt::format("The database refused a row: {}", error.what()));
    case SQLITE_IOERR:
      return Error(ErrorCode::unavailable, fmt::format("The disk of the database {} failed: {}", place, error.what()));
    default:
      return Error(ErrorCode::internal, fmt::format("The database {} failed: {}", place, error.what()));
  }
}

Error postgresql_error(const soci::postgresql_soci_error& error, const std::string& place) {
  const std::string state = error.sqlstate();
  const auto of_class = [&](std::string_view prefix) { return state.starts_with(prefix); };
  if (of_class("XX001") || of_class("XX002")) return corrupted(place, error.what());
  if (of_class("53100")) {
    return Error(ErrorCode::storage_full, fmt::format("No space is left for the database {}.", place));
  }
  if (of_class("23")) return Error(ErrorCode::conflict, fmt::format("The database refused a row: {}", error.what()));
  if (of_class("40"))
    return Error(ErrorCode::busy, fmt::format("The database {} is contended: {}", place, error.what()));
  if (of_class("28") || of_class("42501")) {
    return Error(ErrorCode::permission_denied, fmt::format("The database {} refused us: {}", place, error.what()));
  }
  if (of_class("08") || of_class("53") || of_class("57") || state.find_first_not_of(" \0") == std::string::npos) {
    return Error(ErrorCode::unavailable, fmt::format("The database {} does not answer: {}", place, error.what()));
  }
  return Error(ErrorCode::internal, fmt::format("The database {} failed: {}", place, error.what()));
}

}  // namespace

std::exception_ptr translated_current_exception(const std::string& place) {
  try {
    throw;
  } catch (const SqliteError& error) {
    return std::make_exception_ptr(sqlite_error(error, place));
  } catch (const soci::postgresql_soci_error& error) {
    return std::make_exception_ptr(postgresql_error(error, place));
  } catch (const soci::soci_error& error) {
    // What SOCI says of a session whose last reconnection failed.
    if (std::string_view(error.what()).find("not connected") != std::string_view::npos) {
      return std::make_exception_ptr(
          Error(ErrorCode::unavailable, fmt::format("The database {} does not answer.", place)));
    }
    return std::make_exception_ptr(
        Error(ErrorCode::internal, fmt::format("The database {} failed: {}", place, error.what())));
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace tenon::store
