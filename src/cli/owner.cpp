#include "cli/owner.h"

#include <sstream>

#include "cli/failure_text.h"
#include "cli/record_commands.h"
#include "core/log.h"

namespace tenon::cli {
namespace {

ControlReply failed(const Error& error, const Invocation& invocation) {
  log::warning("control request failed", {{"code", to_string(error.code())}, {"reason", error.what()}});
  return {.exit_code = exit_code(error.code()),
          .output = invocation.json ? failure_json(error) : "",
          .errors = failure_text(error, Terminal{})};
}

}  // namespace

ControlReply answer_request(Records& records, const ControlRequest& request) {
  Parsed parsed = parse(request.arguments);
  if (!parsed.invocation) return {.exit_code = parsed.exit_code, .output = parsed.output, .errors = parsed.errors};
  Invocation& invocation = *parsed.invocation;
  if (request.input) invocation.payload = *request.input;
  try {
    std::ostringstream out;
    const Terminal terminal{.interactive = false, .colour = request.colour, .width = request.width};
    const int code = run_record_command(invocation, records, out, terminal);
    return {.exit_code = code, .output = out.str(), .errors = ""};
  } catch (const Error& error) {
    return failed(error, invocation);
  } catch (const std::exception& error) {
    return failed(Error(ErrorCode::internal, fmt::format("a defect of Tenon: {}", error.what()),
                        "The log of the process that owns the data directory has more; please report it."),
                  invocation);
  }
}

}  // namespace tenon::cli
