// The read-only system that a sandbox sees: /usr of the host, the links to it, and an /etc of our own with nothing of
// this machine's accounts, names or secrets in it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tenon::sandbox {

struct SystemLink {
  std::string target;
  std::string inside;
};

class SystemFiles {
 public:
  // Fills `directory`/etc. It must live as long as sandboxes are started.
  explicit SystemFiles(const std::filesystem::path& directory);

  const std::filesystem::path& etc() const { return etc_; }

  // Directories of the host at the same place inside: /usr, and /bin, /lib … where they are no links.
  const std::vector<std::filesystem::path>& directories() const { return directories_; }
  const std::vector<SystemLink>& links() const { return links_; }

  // Directories of the host's /etc that hold no secrets and are bound as they are.
  const std::vector<std::filesystem::path>& etc_directories() const { return etc_directories_; }

 private:
  std::filesystem::path etc_;
  std::vector<std::filesystem::path> directories_;
  std::vector<SystemLink> links_;
  std::vector<std::filesystem::path> etc_directories_;
};

}  // namespace tenon::sandbox
