// Puts a proven commit into an environment: a work tree per commit beside the environment's data, health-checked before
// it becomes the current release, and taken back without loss.
#pragma once

#include <string>

#include "delivery/delivery.h"
#include "git/repository.h"

namespace tenon::delivery {

// Sign-in and signing key of an environment, made once and kept in a file only its owner can read.
struct EnvironmentSecrets {
  std::string admin_email;
  std::string admin_password;
  std::string secret_key;
};
BOOST_DESCRIBE_STRUCT(EnvironmentSecrets, (), (admin_email, admin_password, secret_key))

class ReleaseStage final {
 public:
  ReleaseStage(Services& services, std::string slug, std::string environment);

  // The commit's files in the environment; done already when they are there.
  std::filesystem::path prepare(const std::string& commit) const;

  // Keeps a copy of the environment's data as it was under the commit that is current until now. Done once per new
  // commit.
  void keep_data(const std::string& new_commit) const;

  // Starts the app of a prepared commit, waits until it is healthy, and stops it. Throws unavailable when it is not.
  Task<void> try_out(std::string commit, const agents::Stack& stack) const;

  // The app of a prepared commit on the environment's data. The caller stops it.
  Task<sandbox::Service> start(std::string commit, const agents::Stack& stack) const;

  EnvironmentSecrets secrets() const;

 private:
  std::filesystem::path root() const;

  Services& services_;
  std::string slug_;
  std::string environment_;
};

// Goes back to a prepared commit. `successor` is the commit that was released after it: the data comes back as it was
// before that, and what is there now is kept beside it. Empty: the data stays. Throws not_found when the commit's files
// are gone.
void restore_environment(const Workplace& workplace, const std::string& slug, const std::string& environment,
                         const std::string& commit, const std::string& successor);

}  // namespace tenon::delivery
