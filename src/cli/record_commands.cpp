#include "cli/record_commands.h"

#include "cli/run_commands.h"
#include "cli/run_control_commands.h"
#include "delivery/release_stage.h"
#include "delivery/verify_stage.h"

namespace tenon::cli {
namespace {

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

int run_record_command(const Invocation& invocation, Records& records, std::ostream& out, const Terminal& terminal) {
  switch (invocation.command) {
    case Command::runs:
      return list_runs(records, invocation, out, terminal);
    case Command::show:
      return show_run(records, invocation, out, terminal);
    case Command::tree:
      return show_tree(records, invocation, out, terminal);
    case Command::journal:
      return show_journal(records, invocation, out, terminal);
    case Command::schedules:
      return list_schedules(records, invocation, out, terminal);
    case Command::signal:
      return signal_run(records, invocation, out);
    case Command::retry:
      return retry_run(records, invocation, out);
    case Command::fork:
      return fork_run(records, invocation, out);
    case Command::cancel:
      return cancel_run(records, invocation, out);
    case Command::pause:
      return pause_run(records, invocation, out);
    case Command::resume:
      return resume_run(records, invocation, out);
    case Command::evidence:
      return show_evidence(records, invocation, out, terminal);
    case Command::artifacts:
      return show_artifacts(records, invocation, out, terminal);
    case Command::rollback:
      return roll_back(records, invocation, out);
    default:
      throw Error(ErrorCode::busy, "another tenon owns the data directory, and this command needs it for itself",
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
