#include "native/fsops/temporary_directory.h"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/ids.h"
#include "core/log.h"
#include "native/fsops/remove_tree.h"

namespace tenon::fsops {

TemporaryDirectory::TemporaryDirectory(const std::filesystem::path& parent, std::string_view prefix)
    : path_(parent / (std::string(prefix) + new_ulid())) {
  if (::mkdir(path_.c_str(), 0700) != 0) {
    throw system_error(fmt::format("cannot make the directory {}", path_.string()), errno);
  }
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TemporaryDirectory::~TemporaryDirectory() {
  if (path_.empty()) return;
  try {
    remove_tree(path_);
  } catch (const Error& error) {
    // The owner's work is done or already failing for a better reason; the next start finds it by its prefix.
    log::warning("temporary_directory.remains", {{"path", path_.string()}, {"reason", error.what()}});
  }
}

std::filesystem::path TemporaryDirectory::release() { return std::exchange(path_, {}); }

}  // namespace tenon::fsops
