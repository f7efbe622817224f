// The argument list of bubblewrap for one sandbox.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/command.h"
#include "sandbox/system_files.h"

namespace tenon::sandbox {

inline constexpr std::string_view kWorkspace = "/workspace";

// Descriptors that bubblewrap is started with; the command gets only 0 to 2.
struct BubblewrapDescriptors {
  static constexpr int arguments = 3;  // its options, so that the environment is in no process list
  static constexpr int filter = 4;
  static constexpr int status = 5;
  static constexpr int block = 6;  // the command starts when this can be read
};

struct Mount {
  std::filesystem::path source;  // as bubblewrap can reach it
  std::string inside;
  Access access = Access::read_only;
};

struct BubblewrapPlan {
  std::vector<Mount> mounts;  // in order; those of SystemFiles among them
  std::vector<SystemLink> links;
  std::map<std::string, std::string> environment;
  std::string directory;              // where the command starts, inside
  std::uint64_t temporary_bytes = 0;  // size of /tmp, and of /dev/shm
};

// The options, each ended by NUL, as `bwrap --args` reads them. Throws invalid_argument for a text with NUL inside.
std::string bubblewrap_options(const BubblewrapPlan& plan);

}  // namespace tenon::sandbox
