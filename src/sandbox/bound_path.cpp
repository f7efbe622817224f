#include "sandbox/bound_path.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "core/error.h"
#include "sandbox/bubblewrap.h"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;

Error wrong(std::string message) { return Error(ErrorCode::invalid_argument, std::move(message)); }

bool has_parent_step(const fs::path& path) { return std::ranges::find(path, fs::path("..")) != path.end(); }

fsops::FileDescriptor open_itself(const fs::path& path, bool& directory) {
  if (!path.is_absolute()) throw wrong(fmt::format("the path \"{}\" for a sandbox is not absolute", path.string()));
  fsops::FileDescriptor descriptor(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!descriptor) throw system_error(fmt::format("cannot open {} for a sandbox", path.string()), errno);
  struct stat status{};
  if (::fstat(descriptor.number(), &status) != 0)
    throw system_error(fmt::format("cannot look at {}", path.string()), errno);
  directory = S_ISDIR(status.st_mode);
  if (!directory && !S_ISREG(status.st_mode)) {
    throw wrong(fmt::format("{} is neither a file nor a directory, so a sandbox cannot see it", path.string()));
  }
  return descriptor;
}

std::string checked_inside(const fs::path& inside) {
  const fs::path normal = inside.lexically_normal();
  const std::string text = normal.string();
  const bool reserved =
      std::ranges::any_of(std::initializer_list<const char*>{"proc", "dev", "sys"}, [&](const char* name) {
        const fs::path relative = normal.relative_path();
        return !relative.empty() && *relative.begin() == name;
      });
  if (!normal.is_absolute() || normal == "/" || reserved || has_parent_step(inside)) {
    throw wrong(fmt::format("\"{}\" is no place inside a sandbox where a path of the host may stand", inside.string()));
  }
  return text;
}

}  // namespace

BoundPath open_workspace(const fs::path& workspace) {
  BoundPath path{.host = workspace, .inside = std::string(kWorkspace), .access = Access::writable};
  path.descriptor = open_itself(workspace, path.directory);
  if (!path.directory) throw wrong(fmt::format("the workspace {} is not a directory", workspace.string()));
  if (workspace.lexically_normal() == "/") throw wrong("the root directory cannot be a workspace");
  return path;
}

BoundPath open_bind(const Bind& bind) {
  BoundPath path{.host = bind.host, .inside = checked_inside(bind.inside), .access = bind.access};
  path.descriptor = open_itself(bind.host, path.directory);
  if (path.access == Access::writable && !path.directory) {
    throw wrong(fmt::format("only a directory can be bound writable, and {} is a file", bind.host.string()));
  }
  return path;
}

std::string directory_inside(const fs::path& relative) {
  if (relative.is_absolute() || has_parent_step(relative)) {
    throw wrong(
        fmt::format("the working directory \"{}\" must be relative to the workspace and below it", relative.string()));
  }
  return relative.empty() ? std::string(kWorkspace) : (fs::path(kWorkspace) / relative).string();
}

}  // namespace tenon::sandbox
