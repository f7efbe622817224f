#include "cli/why.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/moment.h"
#include "cli/run_text.h"

namespace tenon::cli {
namespace {

using durable::JournalEntry;
using durable::RunState;
using durable::RunView;
using durable::StepKind;
using durable::StepState;

constexpr std::size_t kLongestReason = 300;

std::string moment_text(Timestamp moment, Timestamp now) {
  const std::string time = to_rfc3339(moment).substr(0, 19) + "Z";
  return moment > now ? fmt::format("{} (in {})", time, rough_duration(moment - now)) : time;
}

std::string worker_text(const RunView& run) {
  return run.worker_id ? "worker " + short_worker(*run.worker_id) : "a worker";
}

// "signal go", "child run_…" or "timer", with what the journal knows about it.
std::string wait_text(const std::string& wait, const RunView& run, const std::vector<JournalEntry>& journal,
                      Timestamp now) {
  if (wait == "timer") return run.wake_at ? fmt::format("the time {}", moment_text(*run.wake_at, now)) : "a timer";
  const std::string name = wait.substr(std::min(wait.size(), wait.find(' ') + 1));
  for (const JournalEntry& entry : journal) {
    if (entry.state != StepState::started) continue;
    const std::string since = fmt::format("since {}", rough_duration(now - entry.started_at));
    if (entry.kind == StepKind::signal && entry.name == name)
      return fmt::format("signal {} {}", printable(name), since);
    if (entry.kind == StepKind::child && entry.child_run_id && entry.child_run_id->text == name)
      return fmt::format("its child {} ({}) {}", short_id(*entry.child_run_id), printable(entry.name), since);
  }
  return printable(wait);
}

std::string waiting_text(const RunView& run, const std::vector<JournalEntry>& journal, Timestamp now) {
  constexpr std::size_t kShown = 5;
  std::vector<std::string> waits;
  for (const std::string& wait : run.waits_for) {
    if (waits.size() == kShown) break;
    waits.push_back(wait_text(wait, run, journal, now));
  }
  std::string text = fmt::format("{}waits for {}", run.state == RunState::paused ? "paused, and " : "",
                                 fmt::join(waits, ", and for "));
  if (run.waits_for.size() > kShown) text += fmt::format(", and for {} more", run.waits_for.size() - kShown);
  return text;
}

std::string step_text(const JournalEntry& entry, Timestamp now) {
  std::string text = fmt::format("{} since {}", printable(label_of(entry)), rough_duration(now - entry.started_at));
  if (entry.attempt > 1) text += fmt::format(" (attempt {})", entry.attempt);
  if (entry.failures > 0 && entry.error) {
    text += fmt::format(", after a failure: {}", shortened(printable(entry.error->message), kLongestReason));
  }
  return text;
}

std::string running_text(const RunView& run, const std::vector<JournalEntry>& journal, Workers workers, Timestamp now) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> steps;
  std::size_t more = 0;
  for (const JournalEntry& entry : journal) {
    if (entry.state != StepState::started || !has_body(entry.kind)) continue;
    if (steps.size() < kShown) {
      steps.push_back(step_text(entry, now));
    } else {
      ++more;
    }
  }
  std::string what = steps.empty() ? "" : fmt::format(": {}", fmt::join(steps, "; "));
  if (more > 0) what += fmt::format("; and {} steps more", more);
  if (workers == Workers::none) return fmt::format("was interrupted{}; nothing works on it now", what);
  if (run.cancel_requested) return fmt::format("is being cancelled; it ends with its current steps{}", what);
  if (run.pause_requested) return fmt::format("is being paused; it stops after its current steps{}", what);
  return fmt::format("runs on {}{}", worker_text(run), what);
}

// The step whose failure is the run's own.
const JournalEntry* step_that_failed(const RunView& run, const std::vector<JournalEntry>& journal) {
  const JournalEntry* found = nullptr;
  for (const JournalEntry& entry : journal) {
    if (entry.state == StepState::failed && entry.error == run.error) found = &entry;
  }
  return found;
}

std::string failed_text(const RunView& run, const std::vector<JournalEntry>& journal) {
  const std::string message =
      run.error ? shortened(printable(run.error->message), kLongestReason) : std::string("nothing more is known");
  const JournalEntry* step = step_that_failed(run, journal);
  if (step == nullptr) return fmt::format("failed: {}", message);
  if (step->kind == StepKind::child && step->child_run_id) {
    return fmt::format("failed because its child {} ({}) failed: {}", short_id(*step->child_run_id),
                       printable(step->name), message);
  }
  return fmt::format("failed in {} after {} attempt{}: {}", printable(label_of(*step)), step->attempt,
                     step->attempt == 1 ? "" : "s", message);
}

std::string dead_text(const RunView& run) {
  if (run.error) return fmt::format("dead: {}", shortened(printable(run.error->message), kLongestReason));
  return fmt::format("dead: its worker was lost {} times", run.rescues);
}

std::string reason_or(const RunView& run, const std::string& other) {
  return run.reason && !run.reason->empty() ? printable(*run.reason) : other;
}

std::string blocked_text(const RunView& run) {
  return "blocked: " + reason_or(run, fmt::format("others with the key {} are running",
                                                  printable(run.limit_key.value_or("of its tenant"))));
}

std::string parked_text(const RunView& run) {
  return "parked: " +
         reason_or(run, fmt::format("no worker knows version {} of {}", run.version, printable(run.workflow)));
}

std::string ready_text(const RunView& run, Workers workers, Timestamp now) {
  std::string text = "ready: ";
  if (run.wake_at && *run.wake_at > now) {
    text += fmt::format("starts at {}", moment_text(*run.wake_at, now));
  } else if (workers == Workers::none) {
    text += "waits for a worker, and there is none now";
  } else {
    text += "waits for a free worker";
  }
  if (run.rescues > 0) text += fmt::format(" (its worker was lost {} times)", run.rescues);
  return text;
}

}  // namespace

std::string brief_reason(const RunView& run, Timestamp now) {
  switch (run.state) {
    case RunState::running:
      if (run.cancel_requested) return "is being cancelled";
      return run.pause_requested ? "is being paused" : "";
    case RunState::completed:
    case RunState::cancelled:
      return "";
    case RunState::paused:
      return run.waits_for.empty() ? "" : waiting_text(run, {}, now);
    case RunState::waiting:
      return waiting_text(run, {}, now);
    case RunState::failed:
    case RunState::dead:
      return run.error ? printable(run.error->message) : "";
    case RunState::ready:
      return run.wake_at && *run.wake_at > now ? fmt::format("starts at {}", moment_text(*run.wake_at, now)) : "";
    case RunState::blocked:
    case RunState::parked:
      return reason_or(run, "");
  }
  return "";
}

std::string why(const RunView& run, const std::vector<JournalEntry>& journal, Workers workers, Timestamp now) {
  const Milliseconds took = run.finished_at.value_or(now) - run.created_at;
  switch (run.state) {
    case RunState::ready:
      return ready_text(run, workers, now);
    case RunState::running:
      return running_text(run, journal, workers, now);
    case RunState::waiting:
      return waiting_text(run, journal, now);
    case RunState::blocked:
      return blocked_text(run);
    case RunState::parked:
      return parked_text(run);
    case RunState::paused:
      return run.waits_for.empty() ? "paused: somebody asked for it; signals and timers are kept"
                                   : waiting_text(run, journal, now);
    case RunState::completed:
      return fmt::format("completed after {}", human_duration(took));
    case RunState::failed:
      return failed_text(run, journal);
    case RunState::cancelled:
      return fmt::format("cancelled after {}", human_duration(took));
    case RunState::dead:
      return dead_text(run);
  }
  return "";
}

std::string next_command(const RunView& run, Workers workers) {
  const std::string id = short_id(run.run_id);
  switch (run.state) {
    case RunState::ready:
    case RunState::running:
      return workers == Workers::none ? fmt::format("`tenon resume {}` goes on with it.", id) : "";
    case RunState::waiting:
      for (const std::string& wait : run.waits_for) {
        if (wait.starts_with("signal "))
          return fmt::format("`tenon signal {} {} '<JSON>'` gives it what it waits for.", id,
                             printable(wait.substr(7)));
        if (wait.starts_with("child ")) return fmt::format("`tenon tree {}` shows its children.", id);
      }
      return workers == Workers::none ? fmt::format("`tenon resume {}` goes on with it when it is time.", id) : "";
    case RunState::paused:
      return run.waits_for.empty() ? fmt::format("`tenon resume {}` goes on with it.", id)
                                   : fmt::format("`tenon resume {}` lets it go on when that has come.", id);
    case RunState::failed:
    case RunState::dead:
      return fmt::format("`tenon {} {}` tries it again; finished steps are not repeated.",
                         workers == Workers::none ? "resume" : "retry", id);
    case RunState::parked:
      return "A newer tenon that knows it goes on with it.";
    case RunState::blocked:
    case RunState::completed:
    case RunState::cancelled:
      return "";
  }
  return "";
}

}  // namespace tenon::cli
