// Who wrote and who committed.
#pragma once

#include <string>

#include <boost/describe.hpp>

#include "core/config.h"

namespace tenon::git {

struct Identity {
  std::string name;
  std::string email;
  bool operator==(const Identity&) const = default;
};
BOOST_DESCRIBE_STRUCT(Identity, (), (name, email))

// The author of commits: the settings, else user.name and user.email of the user's own git configuration
// ($XDG_CONFIG_HOME/git/config and ~/.gitconfig, nothing else of it is used), else the account's name and account@host.
// What git does not allow in a name or an address (`<`, `>`, control characters) is left out.
Identity user_identity(const Settings& settings, const Environment& environment);

// Tenon itself, the committer of all commits.
Identity tenon_identity();

}  // namespace tenon::git
