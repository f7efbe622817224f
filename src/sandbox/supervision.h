// Watches one bubblewrap from its start to the death of its last process: collects output, keeps the limits, ends the
// tree.
//
// The tree dies with the first process of its pid namespace (pid_namespaces(7)): the kernel kills all others and
// refuses new ones, so one signal is enough however many there are. As root that is bubblewrap itself (io::Seclusion).
// Otherwise it is the process that bubblewrap reports; it is known by a descriptor before the command starts.
#pragma once

#include <stop_token>

#include "io/process.h"
#include "native/fsops/file_descriptor.h"
#include "sandbox/cgroup.h"
#include "sandbox/exit_record.h"
#include "sandbox/launch.h"

namespace tenon::sandbox {

// Our ends of what bubblewrap was started with.
struct Channels {
  fsops::FileDescriptor output;
  fsops::FileDescriptor error;
  fsops::FileDescriptor status;   // what bubblewrap tells; the command does not have it
  fsops::FileDescriptor release;  // lets the command start
};

struct Watch {
  const Launch& launch;
  const Cgroup& cgroup;
  int workspace;  // directory descriptor
  Tier tier = Tier::rlimit;
};

// From now on, this process is the parent of what its sandboxes leave behind: it can reap them, also where the first
// process of the machine does not (a container), and learns what they used. To be called once, before supervise().
void become_subreaper();

// Returns when all processes are dead. Must be called on the thread that started the process. Fills what it knows of
// the record: outcome, times, usage, output. Throws sandbox_unavailable when bubblewrap could not set the sandbox up.
ExitRecord supervise(io::Process process, Channels channels, const Watch& watch, std::stop_token stop);

}  // namespace tenon::sandbox
