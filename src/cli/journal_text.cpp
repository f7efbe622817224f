#include "cli/journal_text.h"

#include <sstream>

#include "cli/run_text.h"
#include "core/redact.h"

namespace tenon::cli {
namespace {

using durable::JournalEntry;
using durable::StepState;

std::string short_digest(const JournalEntry& entry) {
  if (entry.result && entry.result->is_null()) return "null";  // of steps that return nothing
  constexpr std::size_t kStart = std::string_view("sha256:").size();
  constexpr std::size_t kShown = 12;
  const std::string digest = digest_of(entry);
  return digest.empty() ? "" : digest.substr(kStart, kShown);
}

Style style_of(const JournalEntry& entry) {
  if (entry.state == StepState::completed) return Style::good;
  return entry.state == StepState::failed || entry.failures > 0 ? Style::bad : Style::note;
}

// An error that was got over is part of the journal, but not of where a run stands.
std::string outcome_of(const JournalEntry& entry) {
  if (entry.state != StepState::completed && entry.error) return printable(entry.error->message);
  if (!entry.child_run_id) return short_digest(entry);
  return fmt::format("{} of run {}", short_digest(entry), short_id(*entry.child_run_id));
}

std::string indented(const std::string& text) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) out += "  " + printable(line) + "\n";
  return out;
}

}  // namespace

json::array journal_json(const std::vector<JournalEntry>& journal, Results results) {
  json::array array;
  for (const JournalEntry& entry : journal) {
    json::object object = to_json(entry).as_object();
    object["label"] = label_of(entry);
    if (entry.finished_at) object["milliseconds"] = (*entry.finished_at - entry.started_at).count();
    if (entry.result) object["digest"] = digest_of(entry);
    if (results == Results::digests) {
      object.erase("result");
    } else if (entry.result) {
      object["result"] = redacted("", *entry.result);
    }
    array.push_back(std::move(object));
  }
  return array;
}

std::string steps_table(const std::vector<JournalEntry>& journal, const Terminal& terminal, Timestamp now) {
  std::vector<std::vector<std::string>> rows;
  for (const JournalEntry& entry : journal) {
    rows.push_back({printable(label_of(entry)), terminal.styled(style_of(entry), state_text(entry)),
                    attempts_text(entry), duration_text(entry, now), short_worker(entry.worker_id), outcome_of(entry)});
  }
  return table({"STEP", "STATE", "ATTEMPTS", "TIME", "WORKER", "RESULT DIGEST OR ERROR"}, rows, terminal);
}

std::string journal_table(const std::vector<JournalEntry>& journal, Results results, const Terminal& terminal,
                          Timestamp now) {
  std::vector<std::vector<std::string>> rows;
  for (const JournalEntry& entry : journal) {
    std::string outcome = outcome_of(entry);
    if (entry.state == StepState::completed && entry.error)
      outcome += fmt::format(" after: {}", printable(entry.error->message));
    rows.push_back({std::to_string(entry.ordinal), printable(label_of(entry)),
                    boost::describe::enum_to_string(entry.kind, ""),
                    terminal.styled(style_of(entry), state_text(entry)), std::to_string(entry.attempt),
                    std::to_string(entry.failures), to_rfc3339(entry.started_at).substr(0, 19),
                    duration_text(entry, now), short_worker(entry.worker_id), outcome});
  }
  std::string out = table(
      {"#", "STEP", "KIND", "STATE", "ATTEMPTS", "FAILURES", "BEGAN (UTC)", "TIME", "WORKER", "RESULT DIGEST OR ERROR"},
      rows, terminal);
  if (results == Results::digests) return out;
  for (const JournalEntry& entry : journal) {
    if (!entry.result) continue;
    out += fmt::format("\n{}  {}\n{}", terminal.styled(Style::bold, printable(label_of(entry))), digest_of(entry),
                       indented(pretty_json(redacted("", *entry.result))));
  }
  return out;
}

}  // namespace tenon::cli
