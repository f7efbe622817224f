// Everything bubblewrap is started with for one command, made from the command: its options, its mounts, its
// descriptors and the kernel's limits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "io/process.h"
#include "native/fsops/file_descriptor.h"
#include "sandbox/bound_path.h"
#include "sandbox/bubblewrap.h"
#include "sandbox/launch.h"
#include "sandbox/supervision.h"
#include "sandbox/system_files.h"

namespace tenon::sandbox {

// The environment of a sandbox's bubblewrap processes, in /proc/<pid>/environ.
std::string marker_of(const SandboxId& id);

class BubblewrapStart {
 public:
  // `paths` are those of the command, the workspace first. They must live until start().
  BubblewrapStart(const Launch& launch, const std::vector<BoundPath>& paths, const SystemFiles& system, Tier tier,
                  std::string_view filter);

  // Where and as whom it runs; the rest is filled in.
  io::SpawnRequest request;

  // Throws sandbox_unavailable if there is no bubblewrap. Afterwards, channels() are ours.
  io::Process start(const std::string& bubblewrap);
  Channels channels() { return std::move(channels_); }

 private:
  void add_mount(const BoundPath& path);

  std::vector<Mount> mounts_;
  std::vector<fsops::FileDescriptor> ours_;  // kept open until it has started
  Channels channels_;
};

}  // namespace tenon::sandbox
