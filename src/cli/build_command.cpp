#include "cli/build_command.h"

#include <unistd.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "agents/interview.h"
#include "cli/ask.h"
#include "cli/machine_commands.h"
#include "cli/owner.h"
#include "cli/preview.h"
#include "cli/progress_view.h"
#include "cli/record_commands.h"
#include "cli/run_control_commands.h"
#include "cli/run_text.h"
#include "cli/why.h"
#include "core/log.h"
#include "core/yaml.h"
#include "git/identity.h"

namespace tenon::cli {
namespace {

constexpr Milliseconds kTick{100};
constexpr int kTicksBetweenLooks = 10;

std::string goal_text(const std::string& goal) {
  if (goal != "-") return goal;
  std::string text(agents::kLongestGoal + 1, '\0');
  std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::cin.gcount()));
  return text;
}

// Where the repository is to go must be there to be made, before any work is done.
std::string checked_out_directory(const std::string& out) {
  if (out.empty()) return {};
  const auto directory = std::filesystem::absolute(out).lexically_normal();
  std::error_code failed;
  if (std::filesystem::exists(directory, failed)) {
    if (!std::filesystem::is_directory(directory))
      throw Error(ErrorCode::conflict, fmt::format("{} is not a directory", directory.string()), "Give another --out.");
    if (!std::filesystem::is_empty(directory, failed)) {
      throw Error(ErrorCode::conflict, fmt::format("the directory {} is not empty", directory.string()),
                  "Give --out a new or empty directory.");
    }
  }
  std::filesystem::create_directories(directory, failed);
  if (failed || ::access(directory.c_str(), W_OK | X_OK) != 0) {
    throw Error(ErrorCode::permission_denied,
                fmt::format("the directory {} cannot be made or written to", directory.string()),
                "Give --out a directory you may write to.");
  }
  return directory.string();
}

agents::AnswerSheet sheet_from(const Invocation& invocation) {
  agents::AnswerSheet sheet;
  if (!invocation.answers_file.empty()) {
    sheet = agents::answer_sheet(read_structured(invocation.answers_file), invocation.answers_file);
  }
  if (!invocation.stack.empty()) {
    const json::value* named = sheet.values.if_contains("stack");
    if (named != nullptr && *named != json::value(json::string(invocation.stack))) {
      throw Error(
          ErrorCode::invalid_argument,
          fmt::format("--stack says {}, but {} says {}", invocation.stack, sheet.source, json::serialize(*named)),
          "Give the stack once.");
    }
    sheet.values["stack"] = json::string(invocation.stack);
    if (invocation.answers_file.empty()) sheet.source = "--stack";
  }
  return sheet;
}

// Asks what goal and sheet leave open; the answers join the sheet.
void interview(agents::AnswerSheet& sheet, const agents::GoalReading& reading, const agents::Knowledge& knowledge,
               const Process& process) {
  Conversation conversation(std::cin, process.out, process.terminal);
  std::vector<agents::Answer> answers;
  for (int round = 1; round <= agents::kRounds; ++round) {
    std::vector<agents::Question> questions = agents::questions_of_round(round, reading, knowledge, answers);
    std::erase_if(questions, [&](const agents::Question& question) { return sheet.values.contains(question.name); });
    for (auto& answer : conversation.ask(questions)) sheet.values.insert_or_assign(answer.key(), answer.value());
    const auto taken = agents::take_answers(agents::questions_of_round(round, reading, knowledge, answers), sheet);
    answers.insert(answers.end(), taken.begin(), taken.end());
  }
}

ControlServer answer_others(Records& records) {
  return ControlServer(records.runtime, records.workplace.control_socket(),
                       [&records](const ControlRequest& request) { return answer_request(records, request); });
}

// Says why a run does not move. One that no worker of this program can run never will: throws unsupported.
void look_for_standstill(const RunId& run, ProgressView& view, Records& records) {
  const durable::RunView now_at = records.runtime.run(records.engine.describe(run));
  switch (now_at.state) {
    case durable::RunState::parked:
      throw Error(ErrorCode::unsupported, why(now_at, {}, records.workers, now()),
                  "It was started by another version of tenon, which can go on with it.");
    case durable::RunState::waiting:
    case durable::RunState::blocked:
    case durable::RunState::paused: {
      const auto journal = records.runtime.run(records.engine.journal(run));
      view.standstill(run, state_text(now_at.state), why(now_at, journal, records.workers, now()));
      return;
    }
    default:
      view.standstill(run, "", "");
  }
}

// Shows the run until it is over. Throws cancelled when the person stops it; the run stays as it is then.
durable::RunView follow(const RunId& run, std::int64_t after, Records& records, const Process& process, Format format) {
  ProgressView view(process.out, process.terminal, format);
  const auto subscription = records.timeline.subscribe(run, after);
  auto ended = boost::asio::co_spawn(records.runtime.executor(), records.engine.wait(run), boost::asio::use_future);
  for (int tick = 0;; ++tick) {
    const bool over = ended.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    const auto events = records.runtime.run(subscription->next(kTick));
    for (const events::Event& event : events) view.show(event);
    if (over && events.empty()) break;
    if (process.interruption.requested()) {
      view.finish();
      records.engine.stop();
      throw Error(ErrorCode::cancelled, "interrupted; nothing is lost",
                  fmt::format("`tenon resume` goes on where it was (run {}).", run.text));
    }
    if (!over && tick % kTicksBetweenLooks == kTicksBetweenLooks - 1) look_for_standstill(run, view, records);
    view.tick();
  }
  view.finish();
  return ended.get();
}

std::string slug_of(Records& records, const RunId& run) {
  return records.database->read_blocking([&](store::Transaction& tx) -> std::string {
    const auto project = delivery::project_of_run(tx, records.tenant, run);
    const auto found = project ? delivery::find_project(tx, records.tenant, project->text) : std::nullopt;
    return found ? found->slug : "";
  });
}

void print_summary(const durable::RunView& run, const EvidenceSummary& evidence, const std::string& slug,
                   const std::string& url, const Process& process) {
  json::object summary{{"event", "summary"},
                       {"run", run.run_id.text},
                       {"state", to_json(run.state)},
                       {"project", slug},
                       {"assertions", {{"met", evidence.met}, {"total", evidence.total}}}};
  if (run.finished_at) summary["milliseconds"] = (*run.finished_at - run.created_at).count();
  if (run.output) {
    const auto result = from_json<delivery::DeliveryResult>(*run.output, "result");
    summary["repository"] = result.repository_path;
    summary["commit"] = result.commit;
    summary["version"] = result.version;
  }
  if (run.error) summary["error"] = to_json(*run.error);
  if (!url.empty()) summary["url"] = url;
  process.out << json::serialize(summary) << '\n' << std::flush;
}

// What a finished run leaves to say and do. Returns the exit code.
int conclude(const durable::RunView& run, const Invocation& invocation, Records& records, Workshop& workshop,
             const Process& process) {
  delivery::remove_scratch(records.workplace, {});
  const std::string slug = slug_of(records, run.run_id);
  const EvidenceSummary evidence = invocation.json ? summarise_evidence(records, run.run_id)
                                                   : print_evidence(records, run.run_id, process.out, process.terminal);
  if (run.state != durable::RunState::completed) {
    const durable::Failure failure = run.error.value_or(
        durable::Failure{.code = ErrorCode::cancelled, .message = "the run was cancelled", .hint = {}});
    if (invocation.json) print_summary(run, evidence, slug, "", process);
    throw Error(
        failure.code, failure.message,
        failure.hint.empty() ? fmt::format("`tenon show {}` shows what happened.", run.run_id.text) : failure.hint);
  }
  if (!evidence.complete()) throw Error(ErrorCode::unmet, "not every assertion has passing evidence");

  const auto result = from_json<delivery::DeliveryResult>(run.output.value_or(nullptr), "result");
  if (!invocation.json) {
    process.out << fmt::format("\nRepository  {}\nProject     {} (version {})\nTook        {}\n",
                               result.repository_path, result.slug, result.version,
                               human_duration(*run.finished_at - run.created_at));
  }
  if (!invocation.serve) {
    if (invocation.json) print_summary(run, evidence, slug, "", process);
    return 0;
  }
  Preview served(records, workshop, records.find_project(result.project.text), invocation.port);
  if (invocation.json) {
    print_summary(run, evidence, slug, served.url(), process);
  } else {
    served.announce(process.out, process.terminal);
  }
  served.serve(process.interruption);
  return 0;
}

}  // namespace

int build(const Invocation& invocation, const Process& process) {
  delivery::DeliveryInput input;
  input.goal = goal_text(invocation.goal);
  input.repository_path = checked_out_directory(invocation.out);
  input.author = git::user_identity(process.settings, process_environment());

  const agents::Knowledge knowledge = agents::load_knowledge(process.settings.share / "golden-paths");
  const agents::GoalReading reading = agents::read_goal(input.goal, knowledge);
  agents::AnswerSheet sheet = sheet_from(invocation);
  const bool person = process.terminal.interactive && ::isatty(STDIN_FILENO) == 1;
  if (person && !invocation.take_suggestions && invocation.answers_file.empty() && !invocation.json) {
    interview(sheet, reading, knowledge, process);
  }
  input.answers = sheet.values;
  input.answers_source = sheet.source;
  delivery::brief_for(input, knowledge, now());  // what contradicts is refused before anything is written

  Records records(process.settings, process.runtime);
  if (!invocation.project.empty()) input.project = records.find_project(invocation.project).project_id;
  Workshop workshop(records, process.program);
  require_sandbox(workshop.sandbox.probe());
  const ControlServer control = answer_others(records);
  const RunId run = process.runtime.run(
      records.engine.start(delivery::kDeliverWorkflow, to_json(input),
                           {.tenant = records.tenant, .run_id = RunId::make(), .idempotency_key = {}, .version = {}}));
  log::info("build", {{"run", run.text}, {"goal_bytes", input.goal.size()}});
  const durable::RunView ended = follow(run, 0, records, process, invocation.json ? Format::json : Format::text);
  return conclude(ended, invocation, records, workshop, process);
}

int resume(const Invocation& invocation, const Process& process) {
  Records records(process.settings, process.runtime);
  const durable::RunView run = run_to_resume(records, invocation.run);
  if (run.state == durable::RunState::cancelled)
    throw Error(ErrorCode::conflict, fmt::format("the run {} was cancelled", run.run_id.text),
                "`tenon build` starts a new one.");
  const auto seen = process.runtime.run(records.timeline.read(run.run_id, 0, 100'000));
  Workshop workshop(records, process.program);
  require_sandbox(workshop.sandbox.probe());
  const ControlServer control = answer_others(records);
  // Once more: to take over what a killed process held may have been what gave it up as dead.
  const durable::RunView taken = process.runtime.run(records.engine.describe(run.run_id));
  if (taken.state != durable::RunState::completed) let_go_on(records, taken);
  const std::int64_t after = seen.empty() ? 0 : seen.back().sequence;
  const durable::RunView ended =
      follow(run.run_id, after, records, process, invocation.json ? Format::json : Format::text);
  return conclude(ended, invocation, records, workshop, process);
}

int preview(const Invocation& invocation, const Process& process) {
  Records records(process.settings, process.runtime);
  const delivery::Project project = records.find_project(invocation.project);
  Workshop workshop(records, process.program);
  const ControlServer control = answer_others(records);
  Preview served(records, workshop, project, invocation.port);
  if (invocation.json) {
    process.out << json::serialize(json::object{{"project", project.slug}, {"url", served.url()}}) << '\n'
                << std::flush;
  } else {
    served.announce(process.out, process.terminal);
  }
  served.serve(process.interruption);
  return 0;
}

}  // namespace tenon::cli
