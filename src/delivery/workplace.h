// The data directory of one process: what lies where, and who owns it. Exactly one process owns it at a time; the lock
// is the kernel's, so that a killed owner leaves nothing to clean up.
//
//   tenon.db                               the store
//   control.sock                           where the owner answers other commands
//   projects/<slug>/git                    our repository of the project, outside of every workspace
//   projects/<slug>/repository             the user's copy, unless they named another directory
//   projects/<slug>/environments/<name>/   what is released there: releases/<version>, data
//   runs/<run>/                            scratch of a running run; gone when the run ends
//   sockets/                               sockets of served apps
#pragma once

#include <filesystem>
#include <string>

#include "core/ids.h"

namespace tenon::delivery {

class Workplace final {
 public:
  // Creates what is missing and takes ownership. Throws busy with the owner's process id, permission_denied or
  // storage_full.
  explicit Workplace(std::filesystem::path data);
  ~Workplace();
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  std::filesystem::path database() const { return data_ / "tenon.db"; }
  std::filesystem::path control_socket() const { return data_ / "control.sock"; }
  std::filesystem::path sockets() const { return data_ / "sockets"; }
  std::filesystem::path project(const std::string& slug) const { return data_ / "projects" / slug; }
  std::filesystem::path git_directory(const std::string& slug) const { return project(slug) / "git"; }
  std::filesystem::path repository(const std::string& slug) const { return project(slug) / "repository"; }
  std::filesystem::path environment(const std::string& slug, const std::string& name) const {
    return project(slug) / "environments" / name;
  }
  std::filesystem::path run(const RunId& run) const { return data_ / "runs" / run.text; }

  // Scratch directories of runs that are over, as left by a killed process.
  std::vector<RunId> runs_with_scratch() const;

 private:
  std::filesystem::path data_;
  int lock_ = -1;
};

// The socket on which the owner of `data` answers, when there is an owner.
std::optional<std::filesystem::path> owner_socket(const std::filesystem::path& data);

}  // namespace tenon::delivery
