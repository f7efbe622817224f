#include "cli/delivery_facts.h"
#include "cli/journal_text.h"
#include "cli/moment.h"
#include "cli/run_commands.h"
#include "cli/run_text.h"
#include "cli/why.h"

namespace tenon::cli {
namespace {

using durable::RunView;

void print_facts(const RunView& run, const DeliveryFacts& facts, std::ostream& out, Timestamp now) {
  const auto line = [&out](std::string_view name, const std::string& value) {
    if (!value.empty()) out << fmt::format("{:<13}{}\n", name, value);
  };
  line("Workflow", fmt::format("{}, version {}", printable(run.workflow), run.version));
  line("Project", facts.project);
  line("Stage", facts.stage);
  line("Goal", shortened(printable(facts.goal), 200));
  line("Started", fmt::format("{} ({} ago)", to_rfc3339(run.created_at), rough_duration(now - run.created_at)));
  if (run.finished_at) line("Took", human_duration(*run.finished_at - run.created_at));
  if (run.idempotency_key != run.run_id.text) line("Key", printable(run.idempotency_key));
  if (run.limit_key) line("Limit key", printable(*run.limit_key));
  if (run.priority != 0) line("Priority", std::to_string(run.priority));
  if (run.parent_run_id) line("Parent", run.parent_run_id->text);
  if (run.forked_from) line("Forked from", run.forked_from->text);
  if (run.rescues > 0) line("Rescued", fmt::format("{} times from a lost worker", run.rescues));
}

void print_next(const RunView& run, Records& records, std::ostream& out, const Terminal& terminal) {
  if (run.error && !run.error->hint.empty()) out << '\n' << printable(run.error->hint) << '\n';
  if (const std::string next = next_command(run, records.workers); !next.empty())
    out << '\n' << terminal.styled(Style::note, next) << '\n';
}

}  // namespace

int show_run(Records& records, const Invocation& invocation, std::ostream& out, const Terminal& terminal) {
  const RunView run = records.find_run(invocation.run);
  const auto journal = records.runtime.run(records.engine.journal(run.run_id));
  const DeliveryFacts facts = delivery_facts(records, run);
  const Timestamp moment = now();
  const std::string reason = why(run, journal, records.workers, moment);
  if (invocation.json) {
    json::object object = run_json(run);
    object["why"] = reason;
    object["stage"] = facts.stage;
    object["project"] = facts.project;
    object["journal"] = journal_json(journal, Results::digests);
    out << pretty_json(object);
    return 0;
  }
  out << fmt::format("Run {}: {}\n{}\n\n", run.run_id.text, terminal.styled(style_of(run.state), state_text(run.state)),
                     reason);
  print_facts(run, facts, out, moment);
  if (!journal.empty()) out << '\n' << steps_table(journal, terminal, moment);
  print_next(run, records, out, terminal);
  return 0;
}

int show_tree(Records& records, const Invocation& invocation, std::ostream& out, const Terminal& terminal) {
  const RunView run = records.find_run(invocation.run);
  const durable::RunTree tree = records.runtime.run(records.engine.tree(run.run_id));
  if (invocation.json) {
    out << pretty_json(tree_json(tree));
    return 0;
  }
  out << tree_text(tree, terminal, now());
  if (run.parent_run_id) {
    out << '\n'
        << terminal.styled(Style::note, fmt::format("It is a child: `tenon tree {}` shows the run that started it.",
                                                    short_id(*run.parent_run_id)))
        << '\n';
  }
  return 0;
}

int show_journal(Records& records, const Invocation& invocation, std::ostream& out, const Terminal& terminal) {
  const RunView run = records.find_run(invocation.run);
  const auto journal = records.runtime.run(records.engine.journal(run.run_id));
  const Results results = invocation.full ? Results::full : Results::digests;
  if (invocation.json) {
    out << pretty_json(journal_json(journal, results));
    return 0;
  }
  if (journal.empty()) {
    out << fmt::format("The run {} has done nothing yet. {}\n", run.run_id.text,
                       why(run, journal, records.workers, now()));
    return 0;
  }
  out << journal_table(journal, results, terminal, now());
  return 0;
}

}  // namespace tenon::cli
