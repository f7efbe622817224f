#include "sandbox/ledger.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "core/error.h"
#include "core/json.h"
#include "core/log.h"
#include "native/fsops/remove_tree.h"
#include "sandbox/control_file.h"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSupervisor = "sup_";

// Empty if somebody has it, or if it was removed between our opening and locking it.
fsops::FileDescriptor try_lock(const fs::path& supervisor) {
  fsops::FileDescriptor lock(::open((supervisor / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  struct stat status{};
  if (!lock || ::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) return {};
  if (::fstat(lock.number(), &status) != 0 || status.st_nlink == 0) return {};
  return lock;
}

// A file that was cut off in the middle of its first write holds nothing yet: it is written before anything is taken.
std::vector<Holding> holdings_in(const fs::path& supervisor) {
  std::vector<Holding> holdings;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(supervisor, failed)) {
    if (entry.path().extension() != ".json") continue;
    try {
      const std::string text = read_control(entry.path()).value_or("");
      holdings.push_back(from_json<Holding>(parse_json(text, entry.path().string())));
    } catch (const Error& error) {
      log::warning("a line of the sandbox ledger cannot be read",
                   {{"file", entry.path().string()}, {"reason", error.what()}});
    }
  }
  return holdings;
}

}  // namespace

Ledger::Line::~Line() {
  if (!file_.empty()) ::unlink(file_.c_str());
}

Ledger::Ledger(const fs::path& directory) : directory_(directory) {
  std::error_code failed;
  fs::create_directories(directory_, failed);
  if (failed) throw system_error(fmt::format("cannot make the directory {}", directory_.string()), failed.value());
  // Somebody who settles may take a fresh directory for a dead one before it is locked: then the next.
  while (!lock_) {
    own_ = directory_ / fmt::format("{}{}", kSupervisor, new_ulid());
    if (::mkdir(own_.c_str(), 0755) != 0)
      throw system_error(fmt::format("cannot make the directory {}", own_.string()), errno);
    lock_ = try_lock(own_);
  }
}

Ledger::~Ledger() {
  try {
    fsops::remove_tree(own_);
  } catch (const Error& error) {
    log::error("the sandbox ledger cannot be removed", {{"directory", own_.string()}, {"reason", error.what()}});
  }
}

Ledger::Line Ledger::write(const Holding& holding) const {
  const fs::path file = own_ / (holding.id.text + ".json");
  if (const int error = write_control(file, json::serialize(to_json(holding))); error != 0) {
    throw system_error(fmt::format("cannot write {}", file.string()), error);
  }
  return Line(file);
}

std::size_t Ledger::settle(const std::function<void(const Holding&)>& put_right) const {
  std::size_t count = 0;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(directory_, failed)) {
    if (!entry.path().filename().string().starts_with(kSupervisor) || entry.path() == own_) continue;
    const fsops::FileDescriptor lock = try_lock(entry.path());
    if (!lock) continue;
    for (const Holding& holding : holdings_in(entry.path())) {
      put_right(holding);
      ++count;
    }
    fsops::remove_tree(entry.path());
  }
  return count;
}

}  // namespace tenon::sandbox
