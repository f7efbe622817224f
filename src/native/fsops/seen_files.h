// The digests of the files of one directory as they were when they were last read, so that a file whose status did not
// change is not read again. git's racy rule: a file that changed so shortly before it was read that a later change
// could have the same time is not kept. For the inside of this room.
#pragma once

#include <sys/stat.h>

#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tenon::fsops {

class SeenFiles {
 public:
  // Bytes that are broken, or of another version, are as good as none.
  static SeenFiles parse(std::string_view bytes);

  std::optional<std::string> digest(const std::string& path, const struct stat& status) const;

  // `read_from`: when reading the tree began (CLOCK_REALTIME).
  void add(const std::string& path, const struct stat& status, const std::string& digest, const timespec& read_from);

  std::string bytes() const;

 private:
  struct State {
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    timespec modified{};
    timespec changed{};
    std::string digest;
  };
  static State state_of(const struct stat& status);

  std::unordered_map<std::string, State> files_;
};

}  // namespace tenon::fsops
