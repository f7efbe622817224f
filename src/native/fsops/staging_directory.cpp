#include "native/fsops/staging_directory.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "core/error.h"
#include "core/ids.h"
#include "core/log.h"
#include "native/fsops/beneath.h"
#include "native/fsops/remove_tree.h"

namespace tenon::fsops {
namespace {

constexpr std::string_view kPrefix = ".tenon-unfinished-tree-";
static_assert(kPrefix.starts_with(kUnfinishedPrefix));

bool lock(int directory) { return ::flock(directory, LOCK_EX | LOCK_NB) == 0; }

void remove_abandoned(int parent, const std::filesystem::path& where) {
  DirectoryReader reader(parent);
  for (std::string name = reader.next(); !name.empty(); name = reader.next()) {
    if (!name.starts_with(kPrefix)) continue;
    const std::expected<FileDescriptor, int> directory = open_beneath(parent, name, O_RDONLY | O_DIRECTORY);
    if (directory && lock(directory->number())) remove_tree(where / name);
  }
}

Error occupied(const std::filesystem::path& target) {
  return Error(ErrorCode::conflict, fmt::format("{} is there already", target.string()),
               "Name a directory that does not exist or is empty.");
}

}  // namespace

StagingDirectory::StagingDirectory(const std::filesystem::path& target, Existing existing)
    : target_(target), existing_(existing) {
  if (target_.filename().empty() || target_.filename() == "." || target_.filename() == "..") {
    throw Error(ErrorCode::invalid_argument, fmt::format("{} is not the name of a directory to make", target.string()));
  }
  const std::filesystem::path parent = target_.parent_path();
  parent_ = FileDescriptor(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent_) throw system_error(fmt::format("cannot open {}", parent.string()), errno);
  check_target();
  remove_abandoned(parent_.number(), parent);
  while (!make_and_lock()) {
  }
}

// What cannot be published is not begun: a large tree takes its time.
void StagingDirectory::check_target() const {
  const std::string name = target_.filename().string();
  const std::expected<struct stat, int> status = status_of(parent_.number(), name);
  if (!status && status.error() == ENOENT) return;
  if (!status) throw path_error("look at", target_.string(), status.error());
  if (!S_ISDIR(status->st_mode)) throw occupied(target_);
  if (existing_ == Existing::replace) return;
  const std::expected<FileDescriptor, int> directory = open_beneath(parent_.number(), name, O_RDONLY | O_DIRECTORY);
  if (!directory) throw path_error("look at", target_.string(), directory.error());
  if (!DirectoryReader(directory->number()).next().empty()) throw occupied(target_);
}

// False if somebody took it for abandoned between the two steps and removed it.
bool StagingDirectory::make_and_lock() {
  name_ = std::string(kPrefix) + new_ulid();
  if (::mkdirat(parent_.number(), name_.c_str(), 0700) != 0) {
    throw system_error(fmt::format("cannot make a directory in {}", target_.parent_path().string()), errno);
  }
  std::expected<FileDescriptor, int> directory = open_beneath(parent_.number(), name_, O_RDONLY | O_DIRECTORY);
  if (!directory && directory.error() == ENOENT) return false;
  if (!directory) throw path_error("open", name_, directory.error());
  directory_ = *std::move(directory);
  struct stat status{};
  return lock(directory_.number()) && ::fstat(directory_.number(), &status) == 0 && status.st_nlink > 0;
}

StagingDirectory::~StagingDirectory() {
  if (published_) return;
  try {
    remove_tree(target_.parent_path() / name_);
  } catch (const Error& error) {
    // The work is already failing for a better reason; the next one beside it removes what is left.
    log::warning("staging_directory.remains", {{"path", name_}, {"reason", error.what()}});
  }
}

void StagingDirectory::publish() {
  const std::string target = target_.filename().string();
  if (::renameat(parent_.number(), name_.c_str(), parent_.number(), target.c_str()) == 0) {
    published_ = true;
    return;
  }
  const bool full = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR;
  if (!full) throw system_error(fmt::format("cannot put {} in its place", target_.string()), errno);
  if (existing_ == Existing::refuse || errno == ENOTDIR) throw occupied(target_);
  exchange();
}

// What was there takes the reserved name and goes when this object goes.
void StagingDirectory::exchange() {
  const std::string target = target_.filename().string();
  const std::expected<FileDescriptor, int> old = open_beneath(parent_.number(), target, O_RDONLY | O_DIRECTORY);
  if (!old) throw path_error("replace", target_.string(), old.error());
  if (!lock(old->number())) {
    throw Error(ErrorCode::busy, fmt::format("{} is in use by another clone or restore", target_.string()));
  }
  if (::renameat2(parent_.number(), name_.c_str(), parent_.number(), target.c_str(), RENAME_EXCHANGE) != 0) {
    throw system_error(fmt::format("cannot replace {}", target_.string()), errno);
  }
  remove_tree(target_.parent_path() / name_);
  published_ = true;
}

}  // namespace tenon::fsops
