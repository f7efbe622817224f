// A path of the host that a sandbox gets to see: checked, opened once, and from then on known by its descriptor.
#pragma once

#include <filesystem>
#include <string>

#include "native/fsops/file_descriptor.h"
#include "sandbox/command.h"

namespace tenon::sandbox {

struct BoundPath {
  std::filesystem::path host;
  std::string inside;
  Access access = Access::read_only;
  bool directory = true;
  fsops::FileDescriptor descriptor;  // O_PATH
};

// Throw invalid_argument or not_found, naming what is wrong with which path.
BoundPath open_workspace(const std::filesystem::path& workspace);
BoundPath open_bind(const Bind& bind);

// Where the command starts, inside.
std::string directory_inside(const std::filesystem::path& relative);

}  // namespace tenon::sandbox
