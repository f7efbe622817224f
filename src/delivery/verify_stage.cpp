#include "delivery/verify_stage.h"

#include "core/log.h"
#include "core/redact.h"
#include "delivery/harness/subject_of.h"
#include "git/repository.h"
#include "native/fsops/remove_tree.h"
#include "native/fsops/workspace.h"

namespace tenon::delivery {
namespace {

constexpr const char* kReportDirectory = "/report";

// What a report file may hold at most; larger is no report of ours.
constexpr std::uint64_t kReportLimit = 32U << 20U;

std::string read_report(const std::filesystem::path& directory, const char* name) {
  const auto text = fsops::Workspace::open(directory).read_if_present(fsops::WorkspacePath::parse(name), kReportLimit);
  return text.value_or("");
}

std::string joined(const std::vector<std::string>& argv) { return fmt::format("{}", fmt::join(argv, " ")); }

std::string detail_of(const AssertionOutcome& outcome) {
  if (!outcome.failure) return fmt::format("{} requests", outcome.requests);
  return fmt::format("step {}: {}: expected {}, got {}", outcome.failure->step, outcome.failure->request,
                     outcome.failure->expected, outcome.failure->got);
}

std::string detail_of(const TestCounts& counts) {
  return fmt::format("{} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped);
}

}  // namespace

VerifyStage::VerifyStage(Services& services, const agents::Brief& brief, std::string slug, RunId run,
                         std::string commit)
    : services_(services),
      brief_(brief),
      stack_(agents::stack_named(services.tools.knowledge, brief.stack)),
      slug_(std::move(slug)),
      run_(std::move(run)),
      commit_(std::move(commit)) {}

std::filesystem::path VerifyStage::fresh_checkout(const std::string& name) const {
  const auto directory = services_.workplace.run(run_) / name;
  fsops::remove_tree(directory);
  std::filesystem::create_directories(directory / "checkout");
  git::Repository::open(services_.workplace.git_directory(slug_))
      .checkout(git::CommitId{commit_}, directory / "checkout");
  return directory;
}

OwnTests VerifyStage::run_own_tests(const durable::StepInfo& step) const {
  const auto directory = fresh_checkout("tests");
  const auto reports = directory / "report";
  std::filesystem::create_directories(reports);

  const std::map<std::string, std::string> values{{"report", fmt::format("{}/junit.xml", kReportDirectory)},
                                                  {"coverage", fmt::format("{}/coverage.xml", kReportDirectory)}};
  auto argv = stack_command(stack_, "test", values, services_.tools.settings);
  sandbox::Command command = app_command(services_.tools, stack_, std::move(argv), directory / "checkout");
  command.binds.push_back({.host = reports, .inside = kReportDirectory, .access = sandbox::Access::writable});

  OwnTests tests;
  tests.record = services_.tools.sandbox.run(command, step.stop);
  if (tests.record.outcome == sandbox::Outcome::cancelled)
    throw Error(ErrorCode::cancelled, "the tests were cancelled");
  log::info("tests ran", {{"run", run_.text},
                          {"sandbox", tests.record.id.text},
                          {"exit_code", tests.record.exit_code},
                          {"wall_ms", tests.record.wall_ms}});

  const std::string junit = read_report(reports, "junit.xml");
  if (junit.empty()) {
    throw Error(ErrorCode::unmet,
                fmt::format("the app's own tests left no report: the command {}", describe(tests.record)),
                redacted_text(tests.record.standard_output.text + tests.record.standard_error.text));
  }
  tests.report = read_junit(junit);
  if (const std::string coverage = read_report(reports, "coverage.xml"); !coverage.empty()) {
    tests.coverage_percent = read_coverage(coverage);
  }
  fsops::remove_tree(directory);
  return tests;
}

Task<LiveChecks> VerifyStage::run_live_checks(durable::StepInfo step) const {
  const auto started = std::chrono::steady_clock::now();
  auto prepare = [this] { return fresh_checkout("live"); };
  const std::filesystem::path directory = co_await io::blocking(services_.tools.runtime, std::move(prepare));

  Subject subject = subject_of(brief_);
  AppStart start;
  start.checkout = directory / "checkout";
  start.environment = stack_.check_environment;
  if (!subject.accounts.empty()) start.environment["BOOTSTRAP_USERS"] = bootstrap_users(subject.accounts);
  sandbox::Service service = co_await start_app(services_.tools, stack_, start);
  subject.unix_socket = service.socket().string();

  LiveChecks live;
  CheckOptions check_options;
  AttackOptions attack_options;
  std::vector<agents::Assertion> assertions = agents::assertions_of(brief_);
  live.assertions = co_await run_checks(services_.tools.http, subject, assertions, check_options);
  if (step.stop.stop_requested()) throw Error(ErrorCode::cancelled, "the checks were cancelled");
  live.attacks = co_await run_attacks(services_.tools.http, subject, attack_options);
  if (stack_.kind != agents::kStatic) {
    io::HttpRequest request;
    request.url = subject.origin + "/openapi.json";
    request.unix_socket = subject.unix_socket;
    const io::HttpResponse answer = co_await services_.tools.http.send(std::move(request));
    if (answer.status == 200) live.openapi = answer.body;
  }

  auto finish = [&service, &directory] {
    sandbox::ExitRecord record = service.stop();
    fsops::remove_tree(directory);
    return record;
  };
  const sandbox::ExitRecord record = co_await io::blocking(services_.tools.runtime, std::move(finish));
  live.tier = boost::describe::enum_to_string(record.tier, "");
  live.command = joined(record.argv);
  live.milliseconds = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - started).count();
  co_return live;
}

std::vector<Evidence> VerifyStage::evidence(const OwnTests& tests, const LiveChecks& live, Timestamp at) const {
  std::vector<Evidence> rows;
  for (const agents::Requirement& requirement : brief_.requirements) {
    for (const agents::Assertion& assertion : requirement.assertions) {
      Evidence row{.requirement = requirement.id, .assertion = assertion.id, .commit_id = commit_, .created_at = at};
      const auto outcome = std::ranges::find(live.assertions, assertion.id, &AssertionOutcome::assertion);
      if (outcome != live.assertions.end() && outcome->verdict != Verdict::unchecked) {
        row.source = "checks";
        row.passed = outcome->verdict == Verdict::passed;
        row.command = live.command;
        row.digest = outcome->exchange;
        row.tier = live.tier;
        row.detail = detail_of(*outcome);
        rows.push_back(row);
      }
      const auto counts = tests.report.assertions.find(assertion.id);
      if (counts != tests.report.assertions.end()) {
        row.source = "tests";
        row.passed = counts->second.failed == 0 && counts->second.passed > 0;
        row.command = joined(tests.record.argv);
        row.exit_code = tests.record.exit_code;
        row.digest = tests.record.standard_output.digest;
        row.tier = boost::describe::enum_to_string(tests.record.tier, "");
        row.detail = detail_of(counts->second);
        rows.push_back(row);
      }
    }
  }
  return rows;
}

std::vector<AssertionState> assertion_states(const agents::Brief& brief, const std::vector<Evidence>& evidence,
                                             const std::string& commit) {
  std::vector<AssertionState> states;
  for (const agents::Requirement& requirement : brief.requirements) {
    for (const agents::Assertion& assertion : requirement.assertions) {
      AssertionState state{.requirement = requirement.id,
                           .requirement_text = requirement.text,
                           .assertion = assertion.id,
                           .assertion_text = assertion.text};
      for (const Evidence& row : evidence) {
        if (row.assertion == assertion.id && row.commit_id == commit) state.evidence.push_back(row);
      }
      state.met = !state.evidence.empty() && std::ranges::all_of(state.evidence, &Evidence::passed);
      states.push_back(std::move(state));
    }
  }
  return states;
}

std::string test_report_markdown(const OwnTests& tests, const LiveChecks& live, const std::string& commit) {
  std::string out = fmt::format("# Test report\n\nCommit `{}`.\n\n## The app's own tests\n\n", commit);
  out += fmt::format("`{}` {} in a sandbox of tier {}: {} in {}, line coverage {:.1f} %.\n\n",
                     joined(tests.record.argv), describe(tests.record),
                     boost::describe::enum_to_string(tests.record.tier, ""), detail_of(tests.report.total),
                     human_duration(Milliseconds(tests.record.wall_ms)), tests.coverage_percent);
  for (const FailedTest& failed : tests.report.failures)
    out += fmt::format("- `{}`: {}\n", failed.name, failed.message);
  out += "\n## Checks over HTTP\n\n| assertion | verdict | evidence |\n|---|---|---|\n";
  for (const AssertionOutcome& outcome : live.assertions) {
    out += fmt::format("| {} | {} | {} |\n", outcome.assertion, boost::describe::enum_to_string(outcome.verdict, ""),
                       detail_of(outcome));
  }
  out += "\n## Attacks\n\n| attack | verdict | |\n|---|---|---|\n";
  for (const AttackResult& result : live.attacks.results) {
    const std::string note = result.findings.empty() ? result.reason : result.findings.front().got;
    out += fmt::format("| {}: {} | {} | {} |\n", result.id, result.title,
                       boost::describe::enum_to_string(result.verdict, ""), note);
  }
  return out;
}

}  // namespace tenon::delivery
