// A private user id: nobody else on the machine runs as it while the lease lives. The lease is a lock on a file named
// after the id, so that the kernel ends it with the process, however that ends.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>

#include "native/fsops/file_descriptor.h"

namespace tenon::sandbox {

struct UidRange {
  std::uint32_t base = 0;
  std::uint32_t count = 0;

  bool contains(uid_t uid) const { return uid >= base && uid - base < count; }
};

class UidLease {
 public:
  // The next free one. `locks` is made if need be. Throws busy when all are leased. Thread safe.
  static UidLease take(const std::filesystem::path& locks, UidRange range);

  // This very one, unless somebody has it.
  static std::optional<UidLease> take_exactly(const std::filesystem::path& locks, uid_t uid);

  uid_t uid() const { return uid_; }

 private:
  UidLease(uid_t uid, fsops::FileDescriptor lock) : uid_(uid), lock_(std::move(lock)) {}

  uid_t uid_;
  fsops::FileDescriptor lock_;
};

}  // namespace tenon::sandbox
