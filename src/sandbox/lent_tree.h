// Hands a directory tree to a private user id and takes it back. The id's processes may have put anything there: links
// are changed themselves and never followed, set-uid bits go, a file that also has a name elsewhere is replaced by a
// copy before it is handed over, so that nobody outside ever shares a file with a sandbox.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>

#include "native/fsops/file_descriptor.h"
#include "sandbox/uid_lease.h"

namespace tenon::sandbox {

struct Owner {
  uid_t user = 0;
  gid_t group = 0;
};

// Owner of the directory itself; whoever lost it in a crash (an id of `range`) is replaced by this process's user.
Owner owner_of_tree(int directory, UidRange range);

// Everything below and including `directory` then belongs to `owner`. Nobody else may be working in it.
void hand_over(int directory, Owner owner);
void take_back(int directory, Owner owner);

// A tree that is handed over as long as this lives.
class Loan {
 public:
  Loan(fsops::FileDescriptor directory, Owner borrower, Owner owner);
  Loan(Loan&&) noexcept = default;
  Loan& operator=(Loan&&) = delete;
  ~Loan();  // takes it back if nobody did; a failure is logged

  void take_back();

 private:
  fsops::FileDescriptor directory_;
  Owner owner_;
};

// Bytes used below `directory`: blocks, at least 1 KiB an entry, a hard-linked file once in all.
std::uint64_t used_bytes(int directory);

// The share of one entry in that sum.
std::uint64_t used_bytes_of(const struct stat& status);

}  // namespace tenon::sandbox
