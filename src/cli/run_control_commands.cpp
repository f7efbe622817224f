#include "cli/run_control_commands.h"

#include "cli/run_text.h"
#include "cli/why.h"

namespace tenon::cli {
namespace {

using durable::RunState;
using durable::RunView;

// What was done, then where the run stands now.
int answer(Records& records, const Invocation& invocation, const RunId& run, const std::string& done,
           std::ostream& out) {
  const RunView after = records.runtime.run(records.engine.describe(run));
  const auto journal = records.runtime.run(records.engine.journal(run));
  const std::string reason = why(after, journal, records.workers, now());
  if (invocation.json) {
    out << json::serialize(json::object{{"run", run.text}, {"state", to_json(after.state)}, {"why", reason}}) << '\n';
    return 0;
  }
  out << done << "\nNow: " << reason << '\n';
  if (const std::string next = next_command(after, records.workers); !next.empty()) out << next << '\n';
  return 0;
}

json::value payload_of(const std::optional<std::string>& text) {
  if (!text) return nullptr;
  try {
    return parse_json(*text, "the payload");
  } catch (const Error& error) {
    throw Error(error.code(), error.what(),
                "A text needs its quotes: '\"yes\"'. `-` reads the payload from standard input.");
  }
}

[[noreturn]] void throw_finished(const RunView& run, const std::string& hint) {
  throw Error(ErrorCode::conflict, fmt::format("the run {} is {} already", run.run_id.text, state_text(run.state)),
              hint);
}

}  // namespace

int signal_run(Records& records, const Invocation& invocation, std::ostream& out) {
  const json::value payload = payload_of(invocation.payload);
  const RunView run = records.find_run(invocation.run);
  if (durable::finished(run.state)) throw_finished(run, "A run that is over takes no signals.");
  durable::SignalOptions options;
  if (!invocation.signal_id.empty()) options.signal_id = invocation.signal_id;
  records.runtime.run(records.engine.signal(run.run_id, invocation.signal, payload, options));
  const bool awaited = std::ranges::find(run.waits_for, "signal " + invocation.signal) != run.waits_for.end();
  return answer(records, invocation, run.run_id,
                fmt::format("The signal {} is stored for the run {}{}.", printable(invocation.signal), run.run_id.text,
                            awaited ? ", which waits for it" : "; it takes it when it comes to wait for it"),
                out);
}

int retry_run(Records& records, const Invocation& invocation, std::ostream& out) {
  const RunView run = records.find_run(invocation.run);
  if (run.state != RunState::failed && run.state != RunState::dead) {
    throw Error(ErrorCode::conflict,
                fmt::format("the run {} has not failed: it is {}", run.run_id.text, state_text(run.state)),
                fmt::format("`tenon show {}` says why it is where it is.", short_id(run.run_id)));
  }
  records.runtime.run(records.engine.retry(run.run_id));
  return answer(records, invocation, run.run_id,
                fmt::format("The run {} is put back; finished steps are not repeated.", run.run_id.text), out);
}

int fork_run(Records& records, const Invocation& invocation, std::ostream& out) {
  const RunView run = records.find_run(invocation.run);
  const RunId forked =
      records.runtime.run(records.engine.fork(run.run_id, invocation.from_step, {.tenant = records.tenant}));
  if (!invocation.json) out << forked.text << '\n';
  return answer(records, invocation, forked,
                fmt::format("It has what {} did before {}, and does the rest by itself.", run.run_id.text,
                            printable(invocation.from_step)),
                out);
}

int cancel_run(Records& records, const Invocation& invocation, std::ostream& out) {
  const RunView run = records.find_run(invocation.run);
  if (durable::finished(run.state)) throw_finished(run, "There is nothing to cancel.");
  records.runtime.run(records.engine.cancel(run.run_id));
  return answer(records, invocation, run.run_id, fmt::format("Cancelled {}.", run.run_id.text), out);
}

int pause_run(Records& records, const Invocation& invocation, std::ostream& out) {
  const RunView run = records.find_run(invocation.run);
  if (durable::finished(run.state)) throw_finished(run, "There is nothing to pause.");
  records.runtime.run(records.engine.pause(run.run_id));
  return answer(records, invocation, run.run_id, fmt::format("Paused {}.", run.run_id.text), out);
}

int resume_run(Records& records, const Invocation& invocation, std::ostream& out) {
  const RunView run = run_to_resume(records, invocation.run);
  let_go_on(records, run);
  return answer(records, invocation, run.run_id, fmt::format("The run {} goes on.", run.run_id.text), out);
}

void let_go_on(Records& records, const RunView& run) {
  switch (run.state) {
    case RunState::completed:
    case RunState::cancelled:
      throw_finished(run, "`tenon build` starts a new one.");
    case RunState::failed:
    case RunState::dead:
      records.runtime.run(records.engine.retry(run.run_id));
      return;
    case RunState::paused:
      records.runtime.run(records.engine.resume(run.run_id));
      return;
    case RunState::ready:
    case RunState::running:
    case RunState::waiting:
    case RunState::blocked:
    case RunState::parked:
      break;
  }
  if (run.pause_requested) records.runtime.run(records.engine.resume(run.run_id));
}

RunView run_to_resume(Records& records, const std::string& text) {
  if (text.empty()) {
    const auto newest =
        records.runtime.run(records.engine.list({.tenant = records.tenant, .workflow = delivery::kDeliverWorkflow}));
    for (const RunView& run : newest) {
      if (run.state != RunState::completed && run.state != RunState::cancelled) return run;
    }
  }
  return records.find_run(text);
}

}  // namespace tenon::cli
