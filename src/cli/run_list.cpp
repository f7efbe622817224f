#include <fmt/ranges.h>
#include <boost/describe/enum_from_string.hpp>

#include "cli/delivery_facts.h"
#include "cli/moment.h"
#include "cli/run_commands.h"
#include "cli/run_text.h"
#include "cli/why.h"

namespace tenon::cli {
namespace {

using durable::RunView;

constexpr std::size_t kLongestNote = 60;

struct Listed {
  std::vector<RunView> runs;
  std::vector<DeliveryFacts> facts;
  bool complete = true;  // false: there are more than `limit`
};

durable::RunFilter filter_of(const Invocation& invocation, const TenantId& tenant) {
  durable::RunFilter filter{.tenant = tenant};
  if (!invocation.workflow.empty()) filter.workflow = invocation.workflow;
  if (!invocation.state.empty()) {
    durable::RunState state{};
    if (!boost::describe::enum_from_string(invocation.state.c_str(), state))
      throw Error(ErrorCode::invalid_argument, fmt::format("there is no state \"{}\"", invocation.state));
    filter.state = state;
  }
  if (!invocation.since.empty()) filter.created_after = moment_from(invocation.since, now(), "--since");
  return filter;
}

std::vector<RunView> of_project(Records& records, std::vector<RunView> runs, const std::string& text) {
  const ProjectId project = records.find_project(text).project_id;
  return records.database->read_blocking([&](store::Transaction& tx) {
    std::vector<RunView> found;
    for (const RunView& run : runs) {
      if (delivery::project_of_run(tx, records.tenant, run.run_id) == project) found.push_back(run);
    }
    return found;
  });
}

Listed find(Records& records, const Invocation& invocation) {
  durable::RunFilter filter = filter_of(invocation, records.tenant);
  const bool every = invocation.project.empty();
  filter.limit = every ? invocation.limit + 1 : Records::kMostRuns;
  Listed listed;
  listed.runs = records.runtime.run(records.engine.list(filter));
  if (!every) listed.runs = of_project(records, std::move(listed.runs), invocation.project);
  listed.complete = listed.runs.size() <= invocation.limit;
  if (!listed.complete) listed.runs.resize(invocation.limit);
  listed.facts = delivery_facts(records, listed.runs);
  return listed;
}

json::array json_of(const Listed& listed) {
  json::array array;
  for (std::size_t i = 0; i < listed.runs.size(); ++i) {
    json::object object = run_json(listed.runs[i]);
    object["stage"] = listed.facts[i].stage;
    object["project"] = listed.facts[i].project;
    array.push_back(std::move(object));
  }
  return array;
}

std::vector<std::string> row_of(const RunView& run, const DeliveryFacts& facts, const Terminal& terminal,
                                Timestamp now) {
  const bool over = run.state == durable::RunState::completed || run.state == durable::RunState::cancelled;
  const std::string workflow = printable(run.workflow) + (over || facts.stage.empty() ? "" : " " + facts.stage);
  const std::string reason = brief_reason(run, now);
  return {short_id(run.run_id),
          terminal.styled(style_of(run.state), state_text(run.state)),
          rough_duration(now - run.created_at),
          run.finished_at ? human_duration(*run.finished_at - run.created_at) : "",
          workflow,
          facts.project,
          shortened(reason.empty() ? printable(facts.goal) : reason, kLongestNote)};
}

std::string counts_text(const durable::RunCounts& counts) {
  std::vector<std::string> parts;
  for (const auto& [name, count] : to_json(counts).as_object()) {
    if (count.to_number<std::int64_t>() > 0)
      parts.push_back(fmt::format("{} {}", count.to_number<std::int64_t>(), std::string_view(name)));
  }
  return parts.empty() ? "No run is open." : fmt::format("Open: {}.", fmt::join(parts, ", "));
}

bool filtered(const Invocation& invocation) {
  return !invocation.workflow.empty() || !invocation.state.empty() || !invocation.since.empty() ||
         !invocation.project.empty();
}

}  // namespace

int list_runs(Records& records, const Invocation& invocation, std::ostream& out, const Terminal& terminal) {
  const Listed listed = find(records, invocation);
  if (invocation.json) {
    out << pretty_json(json_of(listed));
    return 0;
  }
  if (listed.runs.empty()) {
    out << (filtered(invocation) ? "No run is like that. `tenon runs` lists them all.\n"
                                 : "No runs yet. `tenon build \"<goal>\"` starts one.\n");
    return 0;
  }
  const Timestamp moment = now();
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < listed.runs.size(); ++i)
    rows.push_back(row_of(listed.runs[i], listed.facts[i], terminal, moment));
  out << table({"RUN", "STATE", "AGE", "TOOK", "WORKFLOW", "PROJECT", "WAITS FOR, FAILED BY OR GOAL"}, rows, terminal);
  out << '\n' << counts_text(records.runtime.run(records.engine.counts(records.tenant)));
  if (!listed.complete) out << fmt::format(" These are the newest {}; --limit shows more.", listed.runs.size());
  out << '\n';
  return 0;
}

int list_schedules(Records& records, const Invocation& invocation, std::ostream& out, const Terminal& terminal) {
  const auto schedules = records.runtime.run(records.engine.schedules(records.tenant));
  if (invocation.json) {
    out << pretty_json(to_json(schedules));
    return 0;
  }
  if (schedules.empty()) {
    out << "There are no schedules.\n";
    return 0;
  }
  const auto time = [](const std::optional<Timestamp>& at, const char* none) {
    return at ? to_rfc3339(*at).substr(0, 19) + "Z" : std::string(none);
  };
  std::vector<std::vector<std::string>> rows;
  for (const durable::ScheduleView& schedule : schedules) {
    rows.push_back({printable(schedule.name), printable(schedule.workflow),
                    schedule.paused ? terminal.styled(Style::bold, "paused") : time(schedule.next_at, "ended"),
                    time(schedule.last_at, "never"), std::to_string(schedule.fired), std::to_string(schedule.skipped),
                    boost::describe::enum_to_string(schedule.overlap, ""),
                    printable(fmt::format("{} ({})", schedule.rule, schedule.zone))});
  }
  out << table({"SCHEDULE", "WORKFLOW", "NEXT", "LAST", "FIRED", "SKIPPED", "OVERLAP", "RULE"}, rows, terminal);
  return 0;
}

}  // namespace tenon::cli
