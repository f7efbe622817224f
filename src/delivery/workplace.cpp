#include "delivery/workplace.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <charconv>

#include "core/error.h"
#include "core/yaml.h"
#include "native/fsops/remove_tree.h"

namespace tenon::delivery {
namespace {

std::filesystem::path lock_file(const std::filesystem::path& data) { return data / "owner.lock"; }

void make_directory(const std::filesystem::path& directory) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) {
    const Error cause = system_error(fmt::format("cannot create the directory {}", directory.string()), failed.value());
    throw Error(cause.code(), cause.what(), "Set TENON_DATA to a directory you may write to.");
  }
}

std::string owner_of(const std::filesystem::path& data) {
  try {
    return read_text(lock_file(data), 64);
  } catch (const Error&) {
    return "unknown";
  }
}

}  // namespace

Workplace::Workplace(std::filesystem::path data) : data_(std::move(data)) {
  make_directory(data_);
  std::filesystem::permissions(data_, std::filesystem::perms::others_read | std::filesystem::perms::others_write,
                               std::filesystem::perm_options::remove);
  lock_ = ::open(lock_file(data_).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) throw system_error(fmt::format("cannot open {}", lock_file(data_).string()), errno);
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const std::string owner = owner_of(data_);
    ::close(lock_);
    throw Error(ErrorCode::busy,
                fmt::format("another tenon (process {}) is working on the data in {}", owner, data_.string()),
                "Wait until it is done, stop it, or set TENON_DATA to another directory.", {{"owner", owner}});
  }
  const std::string pid = std::to_string(::getpid());
  if (::ftruncate(lock_, 0) != 0 || ::pwrite(lock_, pid.data(), pid.size(), 0) < 0) {
    const int failed = errno;
    ::close(lock_);
    throw system_error(fmt::format("cannot write to {}", data_.string()), failed);
  }
  fsops::remove_tree(sockets());
  for (const char* folder : {"projects", "runs", "sockets"}) make_directory(data_ / folder);
}

Workplace::~Workplace() { ::close(lock_); }

std::vector<RunId> Workplace::runs_with_scratch() const {
  std::vector<RunId> runs;
  for (const auto& entry : std::filesystem::directory_iterator(data_ / "runs")) {
    runs.push_back(RunId{entry.path().filename().string()});
  }
  return runs;
}

std::optional<std::filesystem::path> owner_socket(const std::filesystem::path& data) {
  const int lock = ::open(lock_file(data).c_str(), O_RDWR | O_CLOEXEC);
  if (lock < 0) return std::nullopt;
  const bool owned = ::flock(lock, LOCK_EX | LOCK_NB) != 0;
  ::close(lock);
  if (!owned) return std::nullopt;
  return data / "control.sock";
}

}  // namespace tenon::delivery
