// What a supervisor holds outside its own memory, written down before it is taken, so that the next one can put it
// right when this one is killed:
//
//   <directory>/sup_<ULID>/lock           locked as long as the supervisor lives
//   <directory>/sup_<ULID>/box_<ULID>.json  one sandbox
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "core/ids.h"
#include "native/fsops/file_descriptor.h"

namespace tenon::sandbox {

struct LentPath {
  std::string path;
  std::uint32_t user = 0;  // whom it goes back to
  std::uint32_t group = 0;
};
BOOST_DESCRIBE_STRUCT(LentPath, (), (path, user, group))

struct Holding {
  SandboxId id;
  std::uint32_t uid = 0;  // 0: none was leased
  std::string cgroup;
  std::vector<LentPath> lent;
  std::vector<std::string> directories;  // temporary ones
};
BOOST_DESCRIBE_STRUCT(Holding, (), (id, uid, cgroup, lent, directories))

class Ledger {
 public:
  // A line that is struck out when its owner goes.
  class Line {
   public:
    explicit Line(std::filesystem::path file) : file_(std::move(file)) {}
    Line(Line&& other) noexcept : file_(std::exchange(other.file_, {})) {}
    Line& operator=(Line&&) = delete;
    ~Line();

   private:
    std::filesystem::path file_;
  };

  explicit Ledger(const std::filesystem::path& directory);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // This supervisor's own directory; goes with it.
  const std::filesystem::path& own() const { return own_; }

  Line write(const Holding& holding) const;

  // Calls `put_right` for every holding of supervisors that are dead, and forgets them. Safe while others do the same.
  std::size_t settle(const std::function<void(const Holding&)>& put_right) const;

 private:
  std::filesystem::path directory_;
  std::filesystem::path own_;
  fsops::FileDescriptor lock_;
};

}  // namespace tenon::sandbox
