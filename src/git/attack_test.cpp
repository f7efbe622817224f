// Git as an attack surface: each test is named after its row of the threat list (G1 to G12). Nothing is fetched here,
// so that of G6, G7, G10 and G11 the parts remain that reach us, or the user's git, through files.
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "git/repository_fixture.h"

namespace tenon::git {
namespace {

using testing::HasSubstr;
using testing::Not;

struct GitAttack : RepositoryFixture {
  std::filesystem::path proof = directory.path() / "something-ran";

  void write_raw(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = workspace.path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  void write_program(const std::string& name) const {
    write_raw(name, "#!/bin/sh\ntouch '" + proof.string() + "'\n");
    ::chmod((workspace.path() / name).c_str(), 0755);
  }

  // All that git does for a task: snapshot, commit, diff, merge, checkout, export, update.
  void use_everything(Repository& target) {
    const TreeId tree = target.snapshot(workspace);
    CommitRequest wanted = request(tree, {}, "feat: first");
    wanted.branch = "main";
    const CommitId first = target.commit(wanted);
    workspace.write(path("data.bin"), "changed\n");
    const CommitId second = target.commit(request(target.snapshot(workspace), {first}, "feat: second"));
    target.changes(first, second);
    EXPECT_TRUE(target.merge(first, second).has_value());
    target.checkout(second, new_workspace("checkout").path());
    target.export_clone(directory.path() / "export", "main", first);
    target.export_clone(directory.path() / "export", "main", second);
  }
};

TEST_F(GitAttack, G1_HooksNeverRun) {
  for (const char* hook : {"pre-commit", "post-commit", "commit-msg", "post-checkout", "post-merge",
                           "post-index-change", "reference-transaction", "update", "post-update"}) {
    const std::filesystem::path file = repository.path() / "hooks" / hook;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << "#!/bin/sh\ntouch '" << proof.string() << "'\n";
    ::chmod(file.c_str(), 0755);
  }
  write_raw("data.bin", "x\n");
  use_everything(repository);
  EXPECT_FALSE(std::filesystem::exists(proof));
}

TEST_F(GitAttack, G2_ConfigurationAndAttributesOfAWorkspaceAreNeverRead) {
  write_program("evil.sh");
  const std::string evil = (workspace.path() / "evil.sh").string();
  write_raw(".gitattributes", "* filter=evil diff=evil merge=evil working-tree-encoding=UTF-16 ident export-subst\n");
  write_raw(".gitconfig", "[core]\n fsmonitor = " + evil + "\n");
  write_raw("data.bin", "$Id$\n");
  std::ofstream(repository.path() / "config", std::ios::app)
      << "[core]\n fsmonitor = " << evil << "\n sshCommand = " << evil << "\n pager = " << evil
      << "\n hooksPath = " << workspace.path().string() << "\n[filter \"evil\"]\n clean = " << evil
      << "\n smudge = " << evil << "\n required = true\n[diff]\n external = " << evil
      << "\n[diff \"evil\"]\n textconv = " << evil << "\n command = " << evil
      << "\n[merge \"evil\"]\n driver = " << evil << "\n[gpg]\n program = " << evil << "\n";
  Repository reopened = Repository::open(repository.path());
  use_everything(reopened);
  EXPECT_FALSE(std::filesystem::exists(proof));
  EXPECT_EQ(content(directory.path() / "checkout" / ".gitattributes").substr(0, 13), "* filter=evil");
}

TEST_F(GitAttack, G2_ConfigurationOfAnExportIsNeverRead) {
  write_program("evil.sh");
  write_raw("data.bin", "x\n");
  const std::filesystem::path target = directory.path() / "export";
  CommitRequest wanted = request(repository.snapshot(workspace), {}, "feat: first");
  const CommitId first = repository.commit(wanted);
  repository.export_clone(target, "main", first);
  const std::filesystem::path elsewhere = directory.path() / "elsewhere";
  std::filesystem::create_directory(elsewhere);
  std::ofstream(target / ".git/config", std::ios::app)
      << "[core]\n worktree = " << elsewhere.string() << "\n fsmonitor = " << (target / "evil.sh").string() << "\n";
  std::filesystem::create_directory_symlink(elsewhere, directory.path() / "link");
  workspace.write(path("data.bin"), "changed\n");
  const CommitId second = repository.commit(request(repository.snapshot(workspace), {first}, "feat: second"));
  EXPECT_EQ(repository.export_clone(target, "main", second), Exported::updated);
  EXPECT_TRUE(std::filesystem::is_empty(elsewhere));
  EXPECT_EQ(content(target / "data.bin"), "changed\n");
  EXPECT_FALSE(std::filesystem::exists(proof));
}

TEST_F(GitAttack, G3_AGitFileOrLinkThatPointsElsewhereIsRefused) {
  write_raw("data.bin", "x\n");
  const CommitId first = repository.commit(request(repository.snapshot(workspace), {}, "feat: first"));
  const std::filesystem::path target = directory.path() / "target";
  std::filesystem::create_directory(target);
  std::ofstream(target / ".git") << "gitdir: " << repository.path().string() << "\n";
  EXPECT_EQ(code_of([&] { repository.export_clone(target, "main", first); }), ErrorCode::conflict);
  std::filesystem::remove(target / ".git");
  std::filesystem::create_directory_symlink(repository.path(), target / ".git");
  EXPECT_EQ(code_of([&] { repository.export_clone(target, "main", first); }), ErrorCode::conflict);
  write_raw(".git", "gitdir: /elsewhere\n");
  EXPECT_THAT(message_of([&] { repository.snapshot(workspace); }), HasSubstr(".git"));
  // objects/pack of an export as a link to a directory outside: nothing is written there.
  const std::filesystem::path exported = directory.path() / "export";
  repository.export_clone(exported, "main", first);
  std::filesystem::remove(workspace.path() / ".git");
  workspace.write(path("data.bin"), "changed\n");
  const CommitId second = repository.commit(request(repository.snapshot(workspace), {first}, "feat: second"));
  const std::filesystem::path elsewhere = directory.path() / "elsewhere";
  std::filesystem::rename(exported / ".git/objects/pack", elsewhere);
  std::filesystem::create_directory_symlink(elsewhere, exported / ".git/objects/pack");
  const auto count = std::distance(std::filesystem::directory_iterator(elsewhere), {});
  EXPECT_EQ(code_of([&] { repository.export_clone(exported, "main", second); }), ErrorCode::permission_denied);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(elsewhere), {}), count);
}

TEST_F(GitAttack, G4_NestedRepositoriesAreReportedAndNeverExported) {
  write_raw("data.bin", "x\n");
  git(workspace.path(), "init -q sub");
  std::ofstream(workspace.path() / "sub/.git/config", std::ios::app) << "[core]\n fsmonitor = touch " << proof.string();
  EXPECT_THAT(message_of([&] { repository.snapshot(workspace); }), HasSubstr("sub/.git"));
  EXPECT_EQ(code_of([&] { repository.snapshot(workspace); }), ErrorCode::permission_denied);
  const CommitId clean = repository.commit(request(repository.snapshot(workspace, {path("data.bin")}), {}, "feat: x"));
  repository.export_clone(directory.path() / "export", "main", clean);
  EXPECT_THAT(content(directory.path() / "export/.git/config"), Not(HasSubstr("fsmonitor")));
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "export/sub"));
}

TEST_F(GitAttack, G5_ABareRepositoryInTheTreeIsRefused) {
  for (const std::string& place : {"", "vendor/"}) {
    write_raw(place + "HEAD", "ref: refs/heads/main\n");
    write_raw(place + "config", "[core]\n fsmonitor = evil\n");
    write_raw(place + "objects/info/x", "");
    write_raw(place + "refs/heads/x", "");
    EXPECT_THAT(message_of([&] { repository.snapshot(workspace); }), HasSubstr("git repository of its own")) << place;
    std::filesystem::remove(workspace.path() / (place + "HEAD"));
  }
  EXPECT_EQ(message_of([&] { repository.snapshot(workspace); }), "");
}

TEST_F(GitAttack, G6_ASubmoduleFileThatWouldDoHarmIsNotCommitted) {
  for (const std::string& name : {".gitmodules", "sub/.GITMODULES", "gitmod~1"}) {
    write_raw(name, "[submodule \"a\"]\n\tpath = a\n\turl = ext::sh -c touch% " + proof.string() + "\n");
    EXPECT_THAT(message_of([&] { repository.snapshot(workspace); }), HasSubstr("submodule URL")) << name;
    EXPECT_EQ(code_of([&] { repository.snapshot(workspace, {path(name)}); }), ErrorCode::permission_denied) << name;
    std::filesystem::remove(workspace.path() / name);
  }
  write_raw(".gitmodules", "[submodule \"a\"]\n\tpath = a\n\turl = https://example.org/a.git\n");
  EXPECT_EQ(message_of([&] { repository.snapshot(workspace); }), "");
}

TEST_F(GitAttack, G7_NoObjectIsBorrowedAndNoneIsLent) {
  write_raw("data.bin", "x\n");
  const CommitId first = repository.commit(request(repository.snapshot(workspace), {}, "feat: first"));
  repository.export_clone(directory.path() / "export", "main", first);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory.path() / "export")) {
    if (entry.is_regular_file()) EXPECT_EQ(entry.hard_link_count(), 1U) << entry.path();
  }
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "export/.git/objects/info/alternates"));
  for (const char* name : {"objects/info/alternates", "objects/info/http-alternates"}) {
    std::filesystem::create_directories(repository.path() / "objects/info");
    std::ofstream(repository.path() / name) << "/elsewhere/objects\n";
    EXPECT_EQ(code_of([&] { Repository::open(repository.path()); }), ErrorCode::permission_denied) << name;
    std::filesystem::remove(repository.path() / name);
  }
}

TEST_F(GitAttack, G8_AttributesAndMailmapChangeNoByteAndNoName) {
  write_raw(".gitattributes", "*.txt ident export-subst eol=crlf working-tree-encoding=UTF-16 text\n");
  write_raw("file.txt", "$Id$ $Format:%H$\nline\n");
  write_raw(".mailmap", "Eve <eve@example.org> Ada <ada@example.org>\n");
  const CommitId commit = repository.commit(request(repository.snapshot(workspace), {}, "feat: first"));
  repository.checkout(commit, new_workspace("checkout").path());
  repository.export_clone(directory.path() / "export", "main", commit);
  for (const char* place : {"checkout", "export"}) {
    EXPECT_EQ(content(directory.path() / place / "file.txt"), "$Id$ $Format:%H$\nline\n") << place;
  }
  EXPECT_EQ(repository.log(commit, 1).front().author.name, "Ada");
  std::filesystem::resize_file(workspace.path() / ".mailmap", fsops::Workspace::kReadLimit + 1);
  EXPECT_EQ(code_of([&] { repository.snapshot(workspace); }), ErrorCode::quota_exceeded);
}

TEST_F(GitAttack, G9_LinksAreNotCommittedUnderAnyName) {
  for (const char* name : {".gitmodules", ".gitattributes", ".gitignore", ".mailmap", "ordinary"}) {
    std::filesystem::create_symlink("/etc/passwd", workspace.path() / name);
    EXPECT_THAT(message_of([&] { repository.snapshot(workspace); }), HasSubstr(name));
    EXPECT_EQ(code_of([&] { repository.snapshot(workspace, {path(name)}); }), ErrorCode::permission_denied);
    std::filesystem::remove(workspace.path() / name);
  }
}

// Trees that we would never write, as another program could have.
TEST_F(GitAttack, G9_TreesWithLinksSubmodulesAndGitDirectoriesAreNotCheckedOut) {
  const std::string blob = git(repository.path(), "hash-object -w --stdin </dev/null").substr(0, 40);
  const std::string empty_tree = git(repository.path(), "mktree </dev/null").substr(0, 40);
  write_raw("x", "x");
  const std::string commit = repository.commit(request(repository.snapshot(workspace), {}, "feat: x")).text;
  const std::vector<std::string> entries = {"120000 blob " + blob + "\\tlink", "160000 commit " + commit + "\\tsub",
                                            "100644 blob " + blob + "\\t.GIT", "100644 blob " + blob + "\\tgit~1",
                                            "100644 blob " + blob + "\\ta\\n100644 blob " + blob + "\\tA"};
  for (const std::string& entry : entries) {
    std::ofstream(directory.path() / "tree") << "";
    const std::string tree =
        git(repository.path(), "version >/dev/null; printf '" + entry + "\\n' | git mktree --missing").substr(0, 40);
    const CommitId bad = repository.commit(request(TreeId{tree}, {}, "feat: bad"));
    const fsops::Workspace target = new_workspace("target" + tree);
    EXPECT_EQ(code_of([&] { repository.checkout(bad, target.path()); }), ErrorCode::permission_denied) << entry;
    EXPECT_EQ(code_of([&] { repository.export_clone(directory.path() / "out", "main", bad); }),
              ErrorCode::permission_denied)
        << entry;
    EXPECT_TRUE(std::filesystem::is_empty(target.path()));
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "out"));
  }
}

TEST_F(GitAttack, G10_GraftsAndReplacementsChangeNoHistory) {
  write_raw("data.bin", "x\n");
  const CommitId first = repository.commit(request(repository.snapshot(workspace), {}, "feat: first"));
  const CommitId second = repository.commit(request(repository.snapshot(workspace), {first}, "feat: second"));
  std::filesystem::create_directories(repository.path() / "info");
  std::ofstream(repository.path() / "info/grafts") << first.text << " " << second.text << "\n";
  std::filesystem::create_directories(repository.path() / "refs/replace");
  std::ofstream(repository.path() / "refs/replace" / first.text) << second.text << "\n";
  std::ofstream(repository.path() / "shallow") << second.text << "\n";
  const Repository reopened = Repository::open(repository.path());
  const std::vector<LogEntry> log = reopened.log(second, 100);
  ASSERT_EQ(log.size(), 2U) << "a loop would not end before the limit";
  EXPECT_EQ(log[1].message.subject, "feat: first");
  EXPECT_TRUE(log[1].parents.empty());
  EXPECT_FALSE(reopened.contains(first, second));
}

TEST_F(GitAttack, G11_NoRemoteAndNoCredentialReachesAnExport) {
  const std::string secret = "token-0123456789abcdef";
  const char* home = std::getenv("HOME");
  const std::string before = home == nullptr ? "/" : home;
  ::setenv("HOME", directory.path().c_str(), 1);
  ::setenv("GIT_CONFIG_GLOBAL", (directory.path() / "global").c_str(), 1);
  std::ofstream(directory.path() / ".netrc") << "machine example.org login ada password " << secret << "\n";
  std::ofstream(directory.path() / "global")
      << "[url \"https://ada:" << secret << "@example.org/\"]\n insteadOf = https://example.org/\n[remote \"origin\"]\n"
      << " url = https://ada:" << secret << "@example.org/x.git\n";
  write_raw("data.bin", "x\n");
  use_everything(repository);
  ::unsetenv("GIT_CONFIG_GLOBAL");
  ::setenv("HOME", before.c_str(), 1);
  std::size_t files = 0;
  for (const std::filesystem::path& place : {directory.path() / "export", repository.path()}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(place)) {
      if (!entry.is_regular_file()) continue;
      ++files;
      EXPECT_THAT(content(entry.path()), Not(HasSubstr(secret))) << entry.path();
    }
  }
  EXPECT_GT(files, 5U);
  EXPECT_THAT(content(directory.path() / "export/.git/config"), Not(HasSubstr("remote")));
}

TEST_F(GitAttack, G12_AGitDirectoryOfAnotherOwnerIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "giving a directory away needs root";
  constexpr uid_t kNobody = 65534;
  ASSERT_EQ(::chown(repository.path().c_str(), kNobody, kNobody), 0);
  EXPECT_EQ(code_of([&] { Repository::open(repository.path()); }), ErrorCode::permission_denied);
}

}  // namespace
}  // namespace tenon::git
