#include "core/error.h"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <boost/describe/enum_to_string.hpp>

namespace tenon {
namespace {

struct Outcome {
  ErrorCode code;
  int http;
  int exit;
};

constexpr Outcome kOutcomes[] = {
    {ErrorCode::unmet, 409, 1},
    {ErrorCode::invalid_argument, 400, 2},
    {ErrorCode::not_found, 404, 3},
    {ErrorCode::conflict, 409, 4},
    {ErrorCode::busy, 423, 5},
    {ErrorCode::permission_denied, 403, 6},
    {ErrorCode::storage_full, 507, 7},
    {ErrorCode::sandbox_unavailable, 503, 8},
    {ErrorCode::toolchain_missing, 503, 9},
    {ErrorCode::data_corrupted, 500, 10},
    {ErrorCode::unsupported, 501, 11},
    {ErrorCode::unavailable, 503, 12},
    {ErrorCode::provider_unavailable, 503, 13},
    {ErrorCode::quota_exceeded, 429, 14},
    {ErrorCode::unauthenticated, 401, 15},
    {ErrorCode::deadline_exceeded, 504, 16},
    {ErrorCode::cancelled, 499, 17},
    {ErrorCode::internal, 500, 70},
};

const Outcome& outcome(ErrorCode code) {
  for (const Outcome& candidate : kOutcomes) {
    if (candidate.code == code) return candidate;
  }
  return kOutcomes[std::size(kOutcomes) - 1];
}

ErrorCode code_of(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return ErrorCode::storage_full;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::permission_denied;
    case ENOENT:
      return ErrorCode::not_found;
    case ENOTDIR:
    case EISDIR:
    case ENOTEMPTY:
    case EEXIST:
      return ErrorCode::conflict;
    case ELOOP:
    case ENAMETOOLONG:
      return ErrorCode::invalid_argument;
    // EINVAL is among these: it mostly says that our call was wrong, and seldom that a file system refuses a name.
    default:
      return ErrorCode::internal;
  }
}

}  // namespace

Error::Error(ErrorCode code, std::string message, std::string hint, json::object details)
    : std::runtime_error(std::move(message)), code_(code), hint_(std::move(hint)), details_(std::move(details)) {}

std::string_view to_string(ErrorCode code) { return boost::describe::enum_to_string(code, "internal"); }

int http_status(ErrorCode code) { return outcome(code).http; }

int exit_code(ErrorCode code) { return outcome(code).exit; }

Error system_error(std::string_view what, int error_number) {
  const ErrorCode code = code_of(error_number);
  std::string hint;
  if (code == ErrorCode::storage_full) hint = "Free some space, then try again.";
  return Error(code, fmt::format("{}: {}", what, std::generic_category().message(error_number)), hint,
               {{"errno", error_number}});
}

}  // namespace tenon
