#include "git/submodule_file.h"

#include <gtest/gtest.h>

namespace tenon::git {
namespace {

constexpr std::string_view kGood = R"(# ours
[submodule "lib/one"]
	path = lib/one
	url = https://example.org/one.git
	branch = main
[submodule "two"]
	path = "two words"
	url = ../two.git
[submodule "three"]
	path = three
	url = git@example.org:team/three.git
	update = rebase
)";

TEST(SubmoduleFile, OrdinaryOnesAreTaken) {
  EXPECT_EQ(fault_of_submodule_file(kGood), std::nullopt);
  EXPECT_EQ(fault_of_submodule_file(""), std::nullopt);
}

class Refused : public testing::TestWithParam<std::string> {};

TEST_P(Refused, G6_SubmoduleFileThatWouldDoHarm) {
  EXPECT_TRUE(fault_of_submodule_file("[submodule \"a\"]\n" + GetParam() + "\n").has_value()) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Line, Refused,
                         testing::Values("url = ext::sh -c touch% /x", "url = -u./x", "url = --upload-pack=x",
                                         "url = file:///etc", "url = /etc", "url = https://-oProxyCommand=x/",
                                         "url = ssh://-oProxyCommand=x/", "url = https://x/%0ahost=y", "url = a@b::c",
                                         "url = \"https://x\\n\"", "url = https://x \\", "path = -x", "path = ../x",
                                         "path = /x", "path = .git/hooks", "path = x\r", "path = \"x\\\"y\"",
                                         "update = !sh", "UPDATE = !sh", "URL = -u./x", "[submodule \"..\"]",
                                         "[submodule \"a/../../b\"]", "[submodule \"\"]", "[submodule \"A/hooks\"]",
                                         "[submodule \".git\"]", "[core]"));

TEST(SubmoduleFile, IsKnownInEverySpelling) {
  for (const char* name :
       {".gitmodules", ".GitModules", ".gitmodules.", ".gitmodules ", "GITMOD~1", "gi7eba~1", ".gitmodules:x"}) {
    EXPECT_TRUE(looks_like_submodule_file(name)) << name;
  }
  for (const char* name : {"gitmodules", ".gitmodules.txt", ".gitattributes"}) {
    EXPECT_FALSE(looks_like_submodule_file(name)) << name;
  }
}

}  // namespace
}  // namespace tenon::git
