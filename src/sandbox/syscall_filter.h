// The system calls a sandboxed process may make (seccomp(2)): a list of what is allowed, so that what a kernel gains
// later is refused. A refused call fails with EPERM, clone3 with ENOSYS (glibc then uses clone, whose flags a filter
// can see); a call of another architecture (i386, x32) kills the process.
#pragma once

#include <string>

namespace tenon::sandbox {

// The filter as an array of BPF instructions, the form that `bwrap --seccomp` reads. Throws sandbox_unavailable when
// libseccomp cannot make it.
std::string syscall_filter();

}  // namespace tenon::sandbox
