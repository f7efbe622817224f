// A supervisor to be killed, or to be started where it cannot work.
//   hold DATA WORKSPACE FORWARDER   a command and a service that do not end; says "started"
//   churn DATA WORKSPACE FORWARDER  short commands, one after the other, for ever; says "started"
//   forbidden DATA WORKSPACE FORWARDER  as on a machine without user namespaces: says what run() says
#include <seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "sandbox/sandbox.h"

namespace {

using namespace tenon;
namespace fs = std::filesystem;

sandbox::Command command_in(const Settings& settings, const fs::path& workspace, const std::string& script) {
  fs::create_directories(workspace);
  return {.argv = {"/bin/sh", "-c", script}, .workspace = workspace, .limits = sandbox::limits_from(settings)};
}

void started() {
  fmt::print("started\n");
  std::fflush(stdout);
}

void hold(sandbox::Sandbox& box, const Settings& settings, const fs::path& workspaces) {
  const auto service_command = command_in(settings, workspaces / "service", "sleep 1000 & echo > up; wait");
  const sandbox::Service service = box.start({.command = service_command, .port = 8000});
  const auto command = command_in(settings, workspaces / "command", "sleep 1000 & echo > up; wait");
  std::jthread runner([&] { box.run(command); });
  while (!fs::exists(workspaces / "service/up") || !fs::exists(workspaces / "command/up")) ::usleep(1000);
  started();
}

void churn(sandbox::Sandbox& box, const Settings& settings, const fs::path& workspaces) {
  const auto command = command_in(settings, workspaces / "command", "sleep 0.01 & mkdir -p a/b; echo > a/b/c");
  started();
  for (;;) box.run(command);
}

// As AppArmor does it on some systems: the call is refused.
void forbid_user_namespaces() {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  const scmp_arg_cmp asks{.arg = 0, .op = SCMP_CMP_MASKED_EQ, .datum_a = 0x10000000, .datum_b = 0x10000000};
  seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, &asks);
  seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(unshare), 1, &asks);
  seccomp_load(filter);
  seccomp_release(filter);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) return 2;
  const std::string mode = arguments[1];
  const fs::path workspaces = arguments[3];
  const Settings settings = read_settings(
      {{"TENON_DATA", arguments[2]}, {"HOME", "/"}, {"TENON_SANDBOX_UID_BASE", "3000000"}}, "/nowhere/tenon");
  if (mode == "forbidden") forbid_user_namespaces();
  const fs::path sockets = workspaces.parent_path() / "sockets";
  sandbox::Sandbox box(settings, arguments[4], {.cgroup = "tenon-security", .sockets = sockets});
  if (mode == "hold") hold(box, settings, workspaces);
  if (mode == "churn") churn(box, settings, workspaces);
  if (mode != "forbidden") return 0;
  try {
    box.run(command_in(settings, workspaces / "command", "echo > /workspace/ran"));
    fmt::print("it ran\n");
  } catch (const Error& error) {
    fmt::print("{}: {} {}\n", to_string(error.code()), error.what(), error.hint());
  }
  for (const auto& feature : box.probe().features)
    fmt::print("{} {}: {}\n", feature.name, feature.found, feature.remedy);
  return box.probe().usable ? 1 : 0;
}
