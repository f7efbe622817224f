// The one exception of the program. A code says what kind of failure it is, the message says in one sentence what was
// wrong and where, the hint says what to do. Thrown where it happens; turned into an answer in exactly three places:
// an HTTP request, the run executor, and main.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/describe/enum.hpp>
#include <boost/json/object.hpp>

namespace tenon {

namespace json = boost::json;

enum class ErrorCode {
  invalid_argument,      // the caller's input is wrong
  unsupported,           // understood, but this version cannot do it
  not_found,             //
  conflict,              // contradicts what is there (output directory not empty, same key with another payload)
  busy,                  // another process owns it
  unauthenticated,       //
  permission_denied,     //
  quota_exceeded,        //
  storage_full,          // no space or quota left on the disk
  unavailable,           // a part outside this process does not answer
  sandbox_unavailable,   // no isolation of the required tier on this machine
  toolchain_missing,     // a program or package the work needs is not installed
  provider_unavailable,  // no model can be reached
  data_corrupted,        // stored data fails its checks
  deadline_exceeded,     //
  cancelled,             //
  unmet,                 // the work ended, but assertions have no passing evidence
  internal,              // a defect of ours
};
BOOST_DESCRIBE_ENUM(ErrorCode, invalid_argument, unsupported, not_found, conflict, busy, unauthenticated,
                    permission_denied, quota_exceeded, storage_full, unavailable, sandbox_unavailable,
                    toolchain_missing, provider_unavailable, data_corrupted, deadline_exceeded, cancelled, unmet,
                    internal)

class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, std::string message, std::string hint = {}, json::object details = {});

  ErrorCode code() const { return code_; }
  const std::string& hint() const { return hint_; }
  const json::object& details() const { return details_; }

 private:
  ErrorCode code_;
  std::string hint_;
  json::object details_;
};

std::string_view to_string(ErrorCode code);

// RFC 9110 status for a code.
int http_status(ErrorCode code);

// Exit code of the command line; each code has its own. 0 is success, 1 is unmet assertions.
int exit_code(ErrorCode code);

// An Error for a failed system call; `what` names operation and object. storage_full, permission_denied, not_found, or
// conflict (something of another kind is there), invalid_argument (a path that can lead nowhere), otherwise internal.
Error system_error(std::string_view what, int error_number);

}  // namespace tenon
