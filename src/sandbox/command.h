// What is asked of a sandbox: one command, described whole. Nothing of the caller's environment, files or descriptors
// reaches it but what stands here.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sandbox/limits.h"

namespace tenon::sandbox {

enum class Access { read_only, writable };

// A directory or file of the host that the command sees besides /usr and its workspace.
struct Bind {
  std::filesystem::path host;    // absolute; a symbolic link as the last component is refused
  std::filesystem::path inside;  // absolute, not /, and not below /proc, /dev or /sys; hides what was there
  Access access = Access::read_only;
};

struct Command {
  std::vector<std::string> argv;                   // argv[0] is looked up in the sandbox's PATH
  std::map<std::string, std::string> environment;  // all of it; PATH, HOME, LANG and TMPDIR have defaults
  std::filesystem::path workspace;                 // absolute directory of the host, writable at /workspace
  std::filesystem::path working_directory;         // relative to the workspace; empty: the workspace itself
  std::vector<Bind> binds;
  std::string input;  // standard input; then end of file
  Limits limits;
};

}  // namespace tenon::sandbox
