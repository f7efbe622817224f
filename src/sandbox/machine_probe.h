// Finds out what a launcher can do here, by doing it.
#pragma once

#include "sandbox/launcher.h"
#include "sandbox/probe.h"

namespace tenon::sandbox {

Probe probe_machine(Launcher& launcher);

}  // namespace tenon::sandbox
