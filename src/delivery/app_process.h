// A generated app, running in its sandbox: started by its stack's command, answered over a Unix socket, ready when its
// health path answers 200.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "agents/knowledge.h"
#include "core/config.h"
#include "io/http_client.h"
#include "io/runtime.h"
#include "sandbox/sandbox.h"

namespace tenon::delivery {

// What every stage needs to run something of an app. The parts outlive the stages.
struct Tools {
  io::Runtime& runtime;
  sandbox::Sandbox& sandbox;
  io::HttpClient& http;
  const agents::Knowledge& knowledge;
  const Settings& settings;
};

// An argument list of a stack with its placeholders ({port}, {report}, …) filled in; the interpreter is the configured
// one.
std::vector<std::string> stack_command(const agents::Stack& stack, const std::string& name,
                                       const std::map<std::string, std::string>& values, const Settings& settings);

// One command of an app in its checkout, with the stack's environment.
sandbox::Command app_command(const Tools& tools, const agents::Stack& stack, std::vector<std::string> argv,
                             const std::filesystem::path& checkout);

struct AppStart {
  std::filesystem::path checkout;                  // the work tree; nothing else uses it meanwhile
  std::filesystem::path data;                      // kept over restarts, at /data inside; empty: in the checkout
  std::map<std::string, std::string> environment;  // beside the stack's own
};

// Returns when the app is healthy. Throws unavailable with the app's last words when it ends or is not healthy within
// TENON_START_SECONDS.
Task<sandbox::Service> start_app(const Tools& tools, const agents::Stack& stack, AppStart start);

// One request to the health path: does it answer 200?
Task<bool> healthy(const Tools& tools, const agents::Stack& stack, std::filesystem::path socket);

}  // namespace tenon::delivery
