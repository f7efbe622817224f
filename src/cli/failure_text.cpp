#include "cli/failure_text.h"

#include <fmt/format.h>

#include "core/json.h"

namespace tenon::cli {

std::string failure_text(const Error& error, const Terminal& terminal) {
  std::string text = fmt::format("{} {}\n", terminal.styled(Style::bad, "tenon:"), printable(error.what()));
  if (!error.hint().empty()) text += fmt::format("       {}\n", printable(error.hint()));
  return text;
}

Error failure_of_run(const Error& error) {
  if (error.code() != ErrorCode::storage_full) return error;
  return Error(error.code(), error.what(), "Free some space, then run `tenon resume`.", error.details());
}

std::string failure_json(const Error& error) {
  const json::object object{
      {"event", "error"}, {"code", to_string(error.code())}, {"message", error.what()}, {"hint", error.hint()}};
  return json::serialize(object) + "\n";
}

}  // namespace tenon::cli
