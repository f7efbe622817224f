#include "git/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "native/fsops/temporary_directory.h"
#include "native/fsops/workspace.h"

namespace tenon::git {
namespace {

struct UserIdentity : testing::Test {
  fsops::TemporaryDirectory home{std::filesystem::temp_directory_path(), "tenon-test-"};
  Environment environment{{"HOME", home.path().string()}};

  void write(std::string_view name, std::string_view text) const {
    fsops::Workspace::open(home.path()).write(fsops::WorkspacePath::parse(name), text);
  }
};

TEST_F(UserIdentity, SettingsWin) {
  write(".gitconfig", "[user]\n name = Other\n email = other@example.org\n");
  Settings settings;
  settings.author_name = "Ada";
  settings.author_email = "ada@example.org";
  EXPECT_EQ(user_identity(settings, environment), (Identity{.name = "Ada", .email = "ada@example.org"}));
}

TEST_F(UserIdentity, TheUsersOwnConfigurationComesNext) {
  write(".config/git/config", "[user]\n name = From XDG\n email = xdg@example.org\n");
  EXPECT_EQ(user_identity({}, environment).name, "From XDG");
  write(".gitconfig", "[user]\n name = Grace <Hopper>\n[core]\n fsmonitor = touch /nonexistent/x\n");
  EXPECT_EQ(user_identity({}, environment), (Identity{.name = "Grace Hopper", .email = "xdg@example.org"}));
}

TEST_F(UserIdentity, TheAccountIsTheLastResort) {
  const Identity none = user_identity({}, environment);
  EXPECT_FALSE(none.name.empty());
  EXPECT_THAT(none.email, testing::ContainsRegex(".+@.+"));
  write(".gitconfig", "[user\n broken");
  EXPECT_EQ(user_identity({}, environment), none);
}

}  // namespace
}  // namespace tenon::git
