// Errors of the databases as errors of the program.
#pragma once

#include <exception>
#include <string>

namespace tenon::store {

// Call in a catch block. An exception of SQLite or SOCI becomes an Error; anything else is returned as it is. `place`
// names the database.
std::exception_ptr translated_current_exception(const std::string& place);

}  // namespace tenon::store
