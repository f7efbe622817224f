#include "sandbox/bubblewrap.h"

#include <fmt/format.h>

#include "core/error.h"

namespace tenon::sandbox {
namespace {

class Options {
 public:
  template <class... Texts>
  void add(const Texts&... texts) {
    (append(texts), ...);
  }

  std::string text() && { return std::move(text_); }

 private:
  void append(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) {
      throw Error(ErrorCode::invalid_argument,
                  "a command, its environment and its paths must not hold a NUL character");
    }
    text_.append(text);
    text_.push_back('\0');
  }

  std::string text_;
};

void add_namespaces(Options& options) {
  options.add("--unshare-user", "--disable-userns", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
              "--unshare-cgroup", "--new-session", "--die-with-parent", "--cap-drop", "ALL", "--uid", "1000", "--gid",
              "1000", "--hostname", "sandbox");
}

void add_own_file_systems(Options& options, std::uint64_t temporary_bytes) {
  const std::string size = std::to_string(temporary_bytes);
  options.add("--proc", "/proc", "--dev", "/dev");
  options.add("--perms", "1777", "--size", size, "--tmpfs", "/dev/shm", "--remount-ro", "/dev");
  options.add("--perms", "1777", "--size", size, "--tmpfs", "/tmp", "--dir", "/tmp/home");
}

}  // namespace

std::string bubblewrap_options(const BubblewrapPlan& plan) {
  Options options;
  add_namespaces(options);
  add_own_file_systems(options, plan.temporary_bytes);
  for (const Mount& mount : plan.mounts) {
    options.add(mount.access == Access::writable ? "--bind" : "--ro-bind", mount.source.string(), mount.inside);
  }
  for (const SystemLink& link : plan.links) options.add("--symlink", link.target, link.inside);
  options.add("--remount-ro", "/", "--chdir", plan.directory, "--clearenv");
  for (const auto& [name, value] : plan.environment) options.add("--setenv", name, value);
  options.add("--seccomp", std::to_string(BubblewrapDescriptors::filter));
  options.add("--json-status-fd", std::to_string(BubblewrapDescriptors::status));
  options.add("--block-fd", std::to_string(BubblewrapDescriptors::block));
  return std::move(options).text();
}

}  // namespace tenon::sandbox
