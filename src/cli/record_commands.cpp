#include "cli/record_commands.h"

#include "core/yaml.h"
#include "delivery/release_stage.h"
#include "delivery/verify_stage.h"

namespace tenon::cli {
namespace {

using durable::RunView;

std::string short_id(const RunId& run) { return run.text.substr(run.text.size() < 8 ? 0 : run.text.size() - 8); }

std::string stage_text(Records& records, const RunId& run) {
  const auto row = records.database->read_blocking(
      [&](store::Transaction& tx) { return delivery::stage_of(tx, records.tenant, run); });
  return row ? boost::describe::enum_to_string(row->stage, "") : "NEW";
}

std::string project_text(Records& records, const RunId& run) {
  return records.database->read_blocking([&](store::Transaction& tx) -> std::string {
    const auto project = delivery::project_of_run(tx, records.tenant, run);
    if (!project) return "-";
    const auto found = delivery::find_project(tx, records.tenant, project->text);
    return found ? found->slug : "-";
  });
}

std::string goal_of(Records& records, const RunId& run) {
  const auto brief = records.database->read_blocking(
      [&](store::Transaction& tx) { return delivery::artifact_of_run(tx, records.tenant, run, "brief"); });
  if (!brief) return "";
  return from_json<agents::Brief>(parse_json(brief->content, "the stored brief")).goal;
}

int list_runs(Records& records, bool as_json, std::ostream& out, const Terminal& terminal) {
  const auto runs = records.runtime.run(records.engine.list(
      {.tenant = records.tenant, .workflow = delivery::kDeliverWorkflow, .state = {}, .limit = 100}));
  if (as_json) {
    json::array array;
    for (const RunView& run : runs) {
      json::object object = to_json(run).as_object();
      object["stage"] = stage_text(records, run.run_id);
      object["project"] = project_text(records, run.run_id);
      array.push_back(std::move(object));
    }
    out << pretty_json(array);
    return 0;
  }
  if (runs.empty()) {
    out << "No runs yet. `tenon build \"<goal>\"` starts one.\n";
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const RunView& run : runs) {
    rows.push_back({short_id(run.run_id), stage_text(records, run.run_id),
                    boost::describe::enum_to_string(run.state, ""), to_rfc3339(run.created_at).substr(0, 19),
                    project_text(records, run.run_id), shortened(printable(goal_of(records, run.run_id)), 60)});
  }
  out << table({"RUN", "STAGE", "STATE", "STARTED (UTC)", "PROJECT", "GOAL"}, rows, terminal);
  return 0;
}

int show_run(Records& records, const Invocation& invocation, std::ostream& out, const Terminal& terminal) {
  const RunView run = records.find_run(invocation.run);
  const auto journal = records.runtime.run(records.engine.journal(run.run_id));
  if (invocation.json) {
    json::object object = to_json(run).as_object();
    object["stage"] = stage_text(records, run.run_id);
    object["journal"] = to_json(journal);
    out << pretty_json(object);
    return 0;
  }
  out << fmt::format("Run {}\nProject {}\nStage {}, {}\nStarted {}\n", run.run_id.text,
                     project_text(records, run.run_id), stage_text(records, run.run_id),
                     boost::describe::enum_to_string(run.state, ""), to_rfc3339(run.created_at));
  if (run.finished_at) out << fmt::format("Took {}\n", human_duration(*run.finished_at - run.created_at));
  if (!run.waits_for.empty()) out << fmt::format("Waits for {}\n", fmt::join(run.waits_for, ", "));
  if (run.reason) out << fmt::format("Reason {}\n", printable(*run.reason));
  if (run.error) out << fmt::format("{} {}\n", terminal.styled(Style::bad, "Error"), printable(run.error->message));
  out << '\n';
  std::vector<std::vector<std::string>> rows;
  for (const auto& entry : journal) {
    const std::string took = entry.finished_at ? human_duration(*entry.finished_at - entry.started_at) : "";
    const std::string name = entry.branch.empty() ? entry.name : entry.branch + ": " + entry.name;
    const std::string result = entry.error    ? entry.error->message
                               : entry.result ? sha256(json::serialize(*entry.result)).text.substr(7, 12)
                                              : "";
    rows.push_back({name, boost::describe::enum_to_string(entry.state, ""), std::to_string(entry.attempt), took,
                    printable(result)});
  }
  out << table({"STEP", "STATE", "ATTEMPT", "TIME", "RESULT DIGEST"}, rows, terminal);
  return 0;
}

int cancel_run(Records& records, const Invocation& invocation, std::ostream& out) {
  const RunView run = records.find_run(invocation.run);
  if (durable::finished(run.state) && run.state != durable::RunState::failed) {
    throw Error(ErrorCode::conflict, fmt::format("the run {} is {} already", run.run_id.text,
                                                 boost::describe::enum_to_string(run.state, "")));
  }
  records.runtime.run(records.engine.cancel(run.run_id));
  if (invocation.json) {
    out << json::serialize(json::object{{"run", run.run_id.text}, {"cancelled", true}}) << '\n';
  } else {
    out << fmt::format("Cancelled {}.\n", run.run_id.text);
  }
  return 0;
}

RunId run_of_project(Records& records, const delivery::Project& project) {
  const auto run = records.database->read_blocking(
      [&](store::Transaction& tx) { return delivery::newest_run(tx, records.tenant, project.project_id); });
  if (!run) throw Error(ErrorCode::not_found, fmt::format("the project {} has no run", project.slug));
  return *run;
}

// Brief, evidence at the newest commit that was proved, and the states of the assertions of a run.
struct Ledger {
  delivery::Project project;
  std::string commit;
  std::vector<delivery::AssertionState> states;
};

std::optional<Ledger> ledger_of(Records& records, const RunId& run) {
  return records.database->read_blocking([&](store::Transaction& tx) -> std::optional<Ledger> {
    const auto project_id = delivery::project_of_run(tx, records.tenant, run);
    const auto artifact = delivery::artifact_of_run(tx, records.tenant, run, "brief");
    if (!project_id || !artifact) return std::nullopt;
    Ledger ledger;
    ledger.project = delivery::find_project(tx, records.tenant, project_id->text).value_or(delivery::Project{});
    const auto evidence = delivery::evidence_of_run(tx, records.tenant, run);
    if (!evidence.empty()) ledger.commit = evidence.back().commit_id;
    const auto brief = from_json<agents::Brief>(parse_json(artifact->content, "the stored brief"));
    ledger.states = delivery::assertion_states(brief, evidence, ledger.commit);
    return ledger;
  });
}

int show_evidence(Records& records, const Invocation& invocation, std::ostream& out, const Terminal& terminal) {
  const RunId run = run_of_project(records, records.find_project(invocation.project));
  if (invocation.json) {
    const auto ledger = ledger_of(records, run);
    json::object object{
        {"run", run.text}, {"project", ledger ? ledger->project.slug : ""}, {"commit", ledger ? ledger->commit : ""}};
    object["assertions"] = ledger ? to_json(ledger->states) : json::value(json::array());
    out << pretty_json(object);
    return summarise_evidence(records, run).complete() ? 0 : exit_code(ErrorCode::unmet);
  }
  const EvidenceSummary summary = print_evidence(records, run, out, terminal);
  return summary.complete() ? 0 : exit_code(ErrorCode::unmet);
}

int show_artifacts(Records& records, const Invocation& invocation, std::ostream& out, const Terminal& terminal) {
  const delivery::Project project = records.find_project(invocation.project);
  const auto artifacts = records.database->read_blocking(
      [&](store::Transaction& tx) { return delivery::list_artifacts(tx, records.tenant, project.project_id); });
  if (!invocation.kind.empty()) {
    const auto found = std::ranges::find(artifacts, invocation.kind, &delivery::Artifact::kind);
    if (found == artifacts.end()) {
      throw Error(ErrorCode::not_found,
                  fmt::format("the project {} has no artifact \"{}\"", project.slug, invocation.kind),
                  fmt::format("`tenon artifacts {}` lists them.", project.slug));
    }
    out << found->content << (found->content.ends_with('\n') ? "" : "\n");
    return 0;
  }
  if (invocation.json) {
    out << pretty_json(to_json(artifacts));
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const delivery::Artifact& artifact : artifacts) {
    rows.push_back({artifact.kind, std::to_string(artifact.version), artifact.media_type,
                    std::to_string(artifact.content.size()), artifact.digest.text.substr(0, 19)});
  }
  out << table({"ARTIFACT", "VERSION", "TYPE", "BYTES", "DIGEST"}, rows, terminal);
  return 0;
}

struct Move {
  delivery::Release from;
  delivery::Release to;
  std::string successor;  // commit released after `to`, when the move goes back
};

Move move_wanted(Records& records, store::Transaction& tx, const delivery::Project& project, std::int64_t version) {
  const auto current = delivery::current_release(tx, records.tenant, project.project_id, delivery::kPreview);
  if (!current) throw Error(ErrorCode::not_found, fmt::format("the project {} has no release", project.slug));
  const std::int64_t wanted = version != 0 ? version : current->version - 1;
  Move move{.from = *current, .to = {}, .successor = {}};
  for (const delivery::Release& release : delivery::list_releases(tx, records.tenant, project.project_id)) {
    if (release.environment != delivery::kPreview) continue;
    if (release.version == wanted) move.to = release;
    if (release.version == wanted + 1 && wanted < current->version) move.successor = release.commit_id;
  }
  if (move.to.version == 0)
    throw Error(ErrorCode::not_found, fmt::format("the project {} has no version {}", project.slug, wanted));
  return move;
}

int roll_back(Records& records, const Invocation& invocation, std::ostream& out) {
  const delivery::Project project = records.find_project(invocation.project);
  const Move move = records.database->read_blocking(
      [&](store::Transaction& tx) { return move_wanted(records, tx, project, invocation.version); });
  delivery::restore_environment(records.workplace, project.slug, delivery::kPreview, move.to.commit_id, move.successor);
  records.database->write_blocking([&](store::Transaction& tx) {
    delivery::set_current_release(tx, records.tenant, project.project_id, delivery::kPreview, move.to.release_id,
                                  tx.now());
  });
  if (invocation.json) {
    out << json::serialize(json::object{{"project", project.slug},
                                        {"from", move.from.version},
                                        {"to", move.to.version},
                                        {"commit", move.to.commit_id}})
        << '\n';
  } else {
    out << fmt::format("{} is at version {} (commit {}) again; it was at version {}.\n", project.slug, move.to.version,
                       move.to.commit_id.substr(0, 12), move.from.version);
  }
  return 0;
}

}  // namespace

bool is_record_command(Command command) {
  switch (command) {
    case Command::runs:
    case Command::show:
    case Command::cancel:
    case Command::evidence:
    case Command::artifacts:
    case Command::rollback:
      return true;
    default:
      return false;
  }
}

int run_record_command(const Invocation& invocation, Records& records, std::ostream& out, const Terminal& terminal) {
  switch (invocation.command) {
    case Command::runs:
      return list_runs(records, invocation.json, out, terminal);
    case Command::show:
      return show_run(records, invocation, out, terminal);
    case Command::cancel:
      return cancel_run(records, invocation, out);
    case Command::evidence:
      return show_evidence(records, invocation, out, terminal);
    case Command::artifacts:
      return show_artifacts(records, invocation, out, terminal);
    case Command::rollback:
      return roll_back(records, invocation, out);
    default:
      throw Error(ErrorCode::invalid_argument,
                  "another tenon owns the data directory, and this command needs it for itself",
                  "Wait until it is done, or set TENON_DATA to another directory.");
  }
}

EvidenceSummary summarise_evidence(Records& records, const RunId& run) {
  EvidenceSummary summary;
  const auto ledger = ledger_of(records, run);
  if (!ledger) return summary;
  summary.total = ledger->states.size();
  summary.met = static_cast<std::size_t>(std::ranges::count_if(ledger->states, &delivery::AssertionState::met));
  return summary;
}

EvidenceSummary print_evidence(Records& records, const RunId& run, std::ostream& out, const Terminal& terminal) {
  const auto ledger = ledger_of(records, run);
  EvidenceSummary summary;
  if (!ledger) {
    out << "There is no brief yet, so there is nothing to prove.\n";
    return summary;
  }
  std::string requirement;
  for (const delivery::AssertionState& state : ledger->states) {
    ++summary.total;
    summary.met += state.met ? 1 : 0;
    if (state.requirement != requirement) {
      requirement = state.requirement;
      out << '\n'
          << terminal.styled(Style::bold, fmt::format("{} {}", state.requirement, printable(state.requirement_text)))
          << '\n';
    }
    const std::string mark = state.met ? terminal.styled(Style::good, terminal.colour ? "✓" : "met  ")
                                       : terminal.styled(Style::bad, terminal.colour ? "✗" : "UNMET");
    std::string evidence;
    for (const delivery::Evidence& row : state.evidence) {
      evidence += fmt::format("{}{}: {}", evidence.empty() ? "" : "; ", row.source, printable(row.detail));
    }
    if (evidence.empty()) evidence = "no evidence";
    out << fmt::format("  {} {:<6} {}\n           {}\n", mark, state.assertion, printable(state.assertion_text),
                       terminal.styled(Style::dim, shortened(evidence, 300)));
  }
  out << fmt::format("\n{} of {} assertions have passing evidence at commit {}.\n", summary.met, summary.total,
                     ledger->commit.empty() ? "-" : ledger->commit.substr(0, 12));
  return summary;
}

}  // namespace tenon::cli
