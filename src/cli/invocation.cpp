#include "cli/invocation.h"

#include <sstream>

#include <CLI/CLI.hpp>

#include "core/error.h"

namespace tenon::cli {
namespace {

constexpr const char* kVersion = TENON_VERSION;

class Parser {
 public:
  Parser() : app_("Tenon: from a sentence to tested, running software, with the evidence that it works.", "tenon") {
    app_.set_version_flag("--version", std::string("tenon ") + kVersion);
    app_.require_subcommand(1);
    app_.footer(
        "Example:\n  tenon build \"I want a website for my restaurant, with a menu and table reservations\"\n\n"
        "Settings come from TENON_* variables; `tenon config` prints them. `tenon COMMAND --help` shows an example of "
        "each command.");
    add_build();
    add_runs();
    add_projects();
    add_exec();
    command(Command::doctor, "doctor",
            "Show what this machine has, what is missing, what is lost without it and how to get it", "tenon doctor");
    command(Command::config, "config", "Print the effective settings", "tenon config --json");
  }

  Parsed parse(std::vector<std::string> arguments) {
    std::ranges::reverse(arguments);  // CLI11 takes a vector from its end
    try {
      app_.parse(arguments);
      return {.invocation = invocation_, .exit_code = 0, .output = {}, .errors = {}};
    } catch (const CLI::ParseError& failure) {
      std::ostringstream out;
      std::ostringstream errors;
      const int code = app_.exit(failure, out, errors);
      return {.invocation = {},
              .exit_code = code == 0 ? 0 : exit_code(ErrorCode::invalid_argument),
              .output = out.str(),
              .errors = errors.str()};
    }
  }

 private:
  CLI::App* command(Command id, const char* name, const char* what, const std::string& example) {
    CLI::App* sub = app_.add_subcommand(name, what);
    sub->footer("Example:\n  " + example);
    sub->add_flag("--json", invocation_.json, "Machine-readable output");
    sub->callback([this, id] { invocation_.command = id; });
    return sub;
  }

  void add_serving(CLI::App* sub) {
    sub->add_flag("!--no-serve", invocation_.serve, "Exit when the app is released instead of serving it");
    sub->add_option("--port", invocation_.port, "Port to serve on (default: TENON_PREVIEW_PORT)");
  }

  void add_build() {
    CLI::App* sub = command(Command::build, "build", "Build software from a goal in plain words, prove it and serve it",
                            "tenon build \"Build REST API in FastAPI for employees\" --yes --no-serve");
    sub->add_option("goal", invocation_.goal, "What you need, in plain words; - reads it from standard input")
        ->required();
    sub->add_option("--answers", invocation_.answers_file, "YAML or JSON file with answers to the questions");
    sub->add_flag("--yes,-y", invocation_.take_suggestions,
                  "Take the suggestions instead of asking, and say what was assumed");
    sub->add_option("--stack", invocation_.stack,
                    "Technology to build with, e.g. fastapi-web, fastapi-api, static-site");
    sub->add_option("--out", invocation_.out, "Directory for the git repository (default: in the data directory)");
    sub->add_option("--project", invocation_.project, "Build the next version of this project instead of a new one");
    add_serving(sub);
  }

  void add_runs() {
    command(Command::runs, "runs", "List the runs, newest first", "tenon runs");
    CLI::App* show =
        command(Command::show, "show", "Show where a run stands and every step it took", "tenon show 7Q2M");
    show->add_option("run", invocation_.run, "Id of the run, or its beginning or end (default: the newest)");
    CLI::App* resume =
        command(Command::resume, "resume",
                "Go on with a run that was interrupted or failed; no finished step is repeated", "tenon resume");
    resume->add_option("run", invocation_.run, "Id of the run (default: the newest)");
    add_serving(resume);
    CLI::App* cancel = command(Command::cancel, "cancel", "Cancel a run", "tenon cancel 7Q2M");
    cancel->add_option("run", invocation_.run, "Id of the run")->required();
  }

  void add_projects() {
    const auto add_project = [this](CLI::App* sub) {
      sub->add_option("project", invocation_.project, "Name of the project (default: the newest)");
      return sub;
    };
    add_project(command(Command::evidence, "evidence",
                        "Show every requirement, its assertions and the evidence for each",
                        "tenon evidence olive-ember"));
    CLI::App* artifacts =
        add_project(command(Command::artifacts, "artifacts", "List the documents of a project, or print one",
                            "tenon artifacts olive-ember brief-text"));
    artifacts->add_option(
        "kind", invocation_.kind,
        "Which one to print: brief, brief-text, plan, design, adr, runbook, openapi, test-report, review");
    CLI::App* preview =
        add_project(command(Command::preview, "preview", "Serve the released version of a project until Ctrl-C",
                            "tenon preview olive-ember --port 8080"));
    preview->add_option("--port", invocation_.port, "Port to serve on (default: TENON_PREVIEW_PORT)");
    CLI::App* rollback = add_project(command(Command::rollback, "rollback",
                                             "Make an earlier version the released one, with the data it had",
                                             "tenon rollback olive-ember 1"));
    rollback->add_option("version", invocation_.version, "Version to go back to (default: the one before)");
  }

  void add_exec() {
    CLI::App* sub = command(Command::exec, "exec", "Run one command in a sandbox and print its exit record",
                            "tenon exec --workspace ./app --wall 10 --memory 268435456 -- python3 -m pytest -q");
    sub->add_option("--workspace", invocation_.workspace, "Directory that the command may write to, seen as /workspace")
        ->required();
    sub->add_option("--wall", invocation_.wall_seconds, "Seconds it may take")->check(CLI::PositiveNumber);
    sub->add_option("--cpu", invocation_.cpu_seconds, "Seconds of processor time")->check(CLI::PositiveNumber);
    sub->add_option("--memory", invocation_.memory_bytes, "Bytes of memory")->check(CLI::PositiveNumber);
    sub->add_option("--processes", invocation_.processes, "Processes and threads")->check(CLI::PositiveNumber);
    sub->add_option("--file-size", invocation_.file_bytes, "Bytes of one file")->check(CLI::PositiveNumber);
    sub->add_option("--workspace-size", invocation_.workspace_bytes, "Bytes in the workspace")
        ->check(CLI::PositiveNumber);
    sub->add_option("--output", invocation_.output_bytes, "Bytes of output that are kept")->check(CLI::PositiveNumber);
    sub->add_option("--bind", invocation_.binds, "HOST:INSIDE[:rw], a directory it sees besides (may be repeated)")
        ->allow_extra_args(false);
    sub->add_option("--env", invocation_.environment, "NAME=VALUE of its environment (may be repeated)")
        ->allow_extra_args(false);
    sub->add_option("command", invocation_.argv, "The command and its arguments, after --")->required();
  }

  CLI::App app_;
  Invocation invocation_;
};

}  // namespace

Parsed parse(const std::vector<std::string>& arguments) { return Parser().parse(arguments); }

}  // namespace tenon::cli
