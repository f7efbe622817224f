#include "native/fsops/clone_method.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>

#include <fmt/format.h>

#include "core/error.h"
#include "native/fsops/overlay.h"
#include "native/fsops/staging_directory.h"

namespace tenon::fsops {
namespace {

bool on_one_device(const std::filesystem::path& one, const std::filesystem::path& other) {
  struct stat first{};
  struct stat second{};
  if (::stat(one.c_str(), &first) != 0) throw system_error(fmt::format("cannot open {}", one.string()), errno);
  if (::stat(other.c_str(), &second) != 0) throw system_error(fmt::format("cannot open {}", other.string()), errno);
  return first.st_dev == second.st_dev;
}

FileDescriptor unnamed_file(const std::filesystem::path& place) {
  return FileDescriptor(::open(place.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
}

bool reflink_works(const std::filesystem::path& place) {
  const FileDescriptor source = unnamed_file(place);
  const FileDescriptor target = unnamed_file(place);
  return source && target && ::write(source.number(), "x", 1) == 1 &&
         ::ioctl(target.number(), FICLONE, source.number()) == 0;
}

bool hardlink_works(const std::filesystem::path& place) {
  const StagingDirectory scratch(place / kProbeName, Existing::refuse);
  const FileDescriptor file(::openat(scratch.descriptor(), "one", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  return file && ::linkat(scratch.descriptor(), "one", scratch.descriptor(), "two", 0) == 0;
}

bool allowed(CloneMethod method, const CloneUse& use) {
  const bool frozen = use.source == Source::frozen;
  if (method == CloneMethod::overlay) return frozen;
  if (method == CloneMethod::hardlink) return frozen && use.writers == Writers::guard;
  return true;
}

}  // namespace

bool supports(CloneMethod method, const std::filesystem::path& source, const std::filesystem::path& place) {
  switch (method) {
    case CloneMethod::overlay:
      return overlay_works(source, place);
    case CloneMethod::reflink:
      return on_one_device(source, place) && reflink_works(place);
    case CloneMethod::hardlink:
      return on_one_device(source, place) && hardlink_works(place);
    case CloneMethod::copy:
      return true;
  }
  return false;
}

CloneMethod probe_clone_method(const std::filesystem::path& source, const std::filesystem::path& place,
                               const CloneUse& use) {
  for (const CloneMethod method : {CloneMethod::overlay, CloneMethod::reflink, CloneMethod::hardlink}) {
    if (allowed(method, use) && supports(method, source, place)) return method;
  }
  return CloneMethod::copy;
}

}  // namespace tenon::fsops
