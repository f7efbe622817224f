#include "cli/run_text.h"

#include <fmt/format.h>

#include "cli/why.h"
#include "core/digest.h"
#include "core/redact.h"

namespace tenon::cli {
namespace {

using durable::JournalEntry;
using durable::RunState;
using durable::RunTree;
using durable::RunView;
using durable::StepKind;
using durable::StepState;

std::string tail(const std::string& id) {
  constexpr std::size_t kShown = 8;
  return id.substr(id.size() < kShown ? 0 : id.size() - kShown);
}

std::string line_of(const RunView& run, const Terminal& terminal, Timestamp now) {
  const Timestamp until = run.finished_at.value_or(now);
  std::string line = fmt::format("{}  {}  {}  {}", short_id(run.run_id), printable(run.workflow),
                                 terminal.styled(style_of(run.state), state_text(run.state)),
                                 terminal.styled(Style::dim, human_duration(until - run.created_at)));
  if (const std::string reason = brief_reason(run, now); !reason.empty()) line += "  " + shortened(reason, 60);
  return line + "\n";
}

void append_children(std::string& out, const RunTree& tree, const std::string& margin, const Terminal& terminal,
                     Timestamp now) {
  for (std::size_t i = 0; i < tree.children.size(); ++i) {
    const bool last = i + 1 == tree.children.size();
    out += margin + (last ? "└─ " : "├─ ") + line_of(tree.children[i].run, terminal, now);
    append_children(out, tree.children[i], margin + (last ? "   " : "│  "), terminal, now);
  }
}

}  // namespace

std::string short_id(const RunId& run) { return tail(run.text); }

std::string short_worker(const std::string& worker) { return tail(worker); }

std::string state_text(RunState state) { return boost::describe::enum_to_string(state, "unknown"); }

json::object run_json(const RunView& run) {
  json::object object = to_json(run).as_object();
  if (run.output) object["output"] = redacted("", *run.output);
  return object;
}

json::object tree_json(const RunTree& tree) {
  json::array children;
  for (const RunTree& child : tree.children) children.push_back(tree_json(child));
  return {{"run", run_json(tree.run)}, {"children", std::move(children)}};
}

Style style_of(RunState state) {
  switch (state) {
    case RunState::completed:
      return Style::good;
    case RunState::failed:
    case RunState::dead:
    case RunState::parked:
      return Style::bad;
    case RunState::ready:
    case RunState::running:
      return Style::note;
    case RunState::waiting:
    case RunState::blocked:
    case RunState::paused:
      return Style::bold;
    case RunState::cancelled:
      return Style::dim;
  }
  return Style::plain;
}

bool has_body(StepKind kind) { return kind == StepKind::step || kind == StepKind::store_step; }

std::string label_of(const JournalEntry& entry) {
  const std::string name = entry.branch.empty() ? entry.name : entry.branch + "/" + entry.name;
  return entry.occurrence > 1 ? fmt::format("{}#{}", name, entry.occurrence) : name;
}

std::string digest_of(const JournalEntry& entry) {
  return entry.result ? sha256(json::serialize(*entry.result)).text : "";
}

std::string state_text(const JournalEntry& entry) {
  if (entry.state != StepState::started) return boost::describe::enum_to_string(entry.state, "unknown");
  if (!has_body(entry.kind)) return "waiting";
  return entry.failures > 0 ? "retrying" : "started";
}

std::string attempts_text(const JournalEntry& entry) {
  if (!has_body(entry.kind)) return "";
  return entry.failures > 0 ? fmt::format("{} ({} failed)", entry.attempt, entry.failures)
                            : std::to_string(entry.attempt);
}

std::string duration_text(const JournalEntry& entry, Timestamp now) {
  const Timestamp end = entry.finished_at.value_or(std::max(now, entry.started_at));
  return human_duration(end - entry.started_at) + (entry.finished_at ? "" : " …");
}

std::string tree_text(const RunTree& tree, const Terminal& terminal, Timestamp now) {
  std::string out = line_of(tree.run, terminal, now);
  append_children(out, tree, "", terminal, now);
  return out;
}

}  // namespace tenon::cli
