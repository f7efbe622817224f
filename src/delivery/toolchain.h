// Is everything on this machine that a stack's apps need? Asked inside the sandbox, where they will run.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "delivery/app_process.h"

namespace tenon::delivery {

struct MissingTool {
  std::string name;     // command or module
  std::string package;  // what to install
  std::string why;      // not found, or too old
};

// `scratch` is a directory for this question alone.
std::vector<MissingTool> missing_tools(const Tools& tools, const agents::Stack& stack,
                                       const std::filesystem::path& scratch, std::stop_token stop);

// Throws toolchain_missing with the packages to install.
void check_toolchain(const Tools& tools, const agents::Stack& stack, const std::filesystem::path& scratch,
                     std::stop_token stop);

}  // namespace tenon::delivery
