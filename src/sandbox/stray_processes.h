// Processes that a killed supervisor left behind.
#pragma once

#include <string>

#include "sandbox/uid_lease.h"

namespace tenon::sandbox {

// Kill all that match, and return when there is none (a zombie that nobody reaps does not count). The lease shows that
// the id is nobody else's meanwhile.
void kill_processes_of(const UidLease& lease);

// Those of this user with exactly this entry (NAME=value) in the environment they were started with.
void kill_processes_with(const std::string& environment_entry);

}  // namespace tenon::sandbox
