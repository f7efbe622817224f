// How a directory tree gets a second place, and which way a place allows.
//
//   overlay   the source is the lower layer of a mounted overlay: nothing is copied. The source must stay as it is, and
//             the clone exists as long as its mount (Documentation/filesystems/overlayfs.rst, "Changes to underlying
//             filesystems").
//   reflink   files share their blocks until one of them is written (FICLONE, ioctl_ficlonerange(2)).
//   hardlink  files share their inodes. Whoever writes in place writes into the source: only for a clone that is
//             written by the guard (workspace.h), which replaces files and never writes into them.
//   copy      copy_file_range(2), holes kept.
#pragma once

#include <filesystem>

#include <boost/describe/enum.hpp>

namespace tenon::fsops {

enum class CloneMethod { overlay, reflink, hardlink, copy };
BOOST_DESCRIBE_ENUM(CloneMethod, overlay, reflink, hardlink, copy)

enum class Source { live, frozen };  // frozen: nobody changes it as long as the clone is used
enum class Writers { any, guard };   // guard: the clone is written through Workspace and in no other way

struct CloneUse {
  Source source = Source::live;
  Writers writers = Writers::any;
};

// The first method of the list above that the use allows and that works from `source` to a directory in `place`: each
// is tried there, on an overlay that is never attached and on files without a name, so that nothing is left behind.
// Both directories must exist. `copy` always works. About 1 ms. Throws what system calls give.
CloneMethod probe_clone_method(const std::filesystem::path& source, const std::filesystem::path& place,
                               const CloneUse& use);

// Whether one method works there, whatever the use.
bool supports(CloneMethod method, const std::filesystem::path& source, const std::filesystem::path& place);

}  // namespace tenon::fsops
