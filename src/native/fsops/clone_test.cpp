#include "native/fsops/clone.h"

#include <sys/mount.h>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/describe/enum_to_string.hpp>

#include <chrono>

#include "core/error.h"
#include "native/fsops/file_copy.h"
#include "native/fsops/remove_tree.h"
#include "native/fsops/staging_directory.h"
#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_directory.h"
#include "native/fsops/test_process.h"
#include "native/fsops/test_tree.h"

namespace tenon::fsops {
namespace {

constexpr CloneUse kShared{.source = Source::frozen, .writers = Writers::guard};

struct Clone : testing::Test {
  TemporaryDirectory directory{busy_test_directory(), "tenon-test-"};
  std::filesystem::path source = directory.path() / "source";
  std::filesystem::path target = directory.path() / "target";

  void SetUp() override { std::filesystem::create_directory(source); }
  void TearDown() override { discard_clone(target); }

  static CloneOptions by(CloneMethod method, const CloneUse& use = {}) {
    return {.method = method, .use = use, .transfer = {.threads = 3, .progress = {}, .stop = {}}};
  }

  ErrorCode code_of(const std::function<void()>& act) const {
    try {
      act();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  }

  // Names beside source and target.
  std::vector<std::string> remains() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
      if (entry.path() != source && entry.path() != target) names.push_back(entry.path().filename().string());
    }
    return names;
  }
};

class CloneBy : public Clone, public testing::WithParamInterface<CloneMethod> {};

TEST_P(CloneBy, EveryFactOfTheTreeIsKept) {
  make_odd_tree(source);
  if (!supports(GetParam(), source, directory.path())) GTEST_SKIP() << "not supported in " << directory.path();
  const auto before = tree_facts(source);
  const CloneReport report = clone_tree(source, target, by(GetParam(), kShared));
  EXPECT_EQ(report.method, GetParam());
  auto after = tree_facts(target);
  if (GetParam() == CloneMethod::hardlink) {
    for (auto& [name, fact] : after) fact.resize(std::min(fact.size(), before.at(name).size()));
  }
  EXPECT_EQ(after, before);
  EXPECT_EQ(tree_facts(source).at("app/main.py").substr(0, 30), before.at("app/main.py").substr(0, 30));
  if (GetParam() != CloneMethod::overlay) EXPECT_THAT(remains(), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Method, CloneBy,
                         testing::Values(CloneMethod::overlay, CloneMethod::reflink, CloneMethod::hardlink,
                                         CloneMethod::copy),
                         [](const auto& info) { return boost::describe::enum_to_string(info.param, "?"); });

TEST_F(Clone, FilesWithSeveralNamesStayOneFileAndNamesOutsideAreNotShared) {
  write_file(source / "a/one", "shared");
  std::filesystem::create_directory(source / "b");
  std::filesystem::create_hard_link(source / "a/one", source / "b/two");
  write_file(directory.path() / "outside", "kept");
  std::filesystem::create_hard_link(directory.path() / "outside", source / "in");
  clone_tree(source, target, by(CloneMethod::copy));
  EXPECT_TRUE(std::filesystem::equivalent(target / "a/one", target / "b/two"));
  EXPECT_EQ(std::filesystem::hard_link_count(target / "a/one"), 2U);
  EXPECT_EQ(std::filesystem::hard_link_count(target / "in"), 1U);
  write_file(target / "in", "changed");
  EXPECT_EQ(file_content(directory.path() / "outside"), "kept");
}

TEST_F(Clone, HolesStayHoles) {
  constexpr off_t kSize = 1LL << 30;
  const FileDescriptor file(::open((source / "sparse").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  ASSERT_EQ(::pwrite(file.number(), "middle", 6, kSize / 2), 6);
  ASSERT_EQ(::ftruncate(file.number(), kSize), 0);
  clone_tree(source, target, by(CloneMethod::copy));
  struct stat status{};
  ASSERT_EQ(::stat((target / "sparse").c_str(), &status), 0);
  EXPECT_EQ(status.st_size, kSize);
  EXPECT_LT(status.st_blocks, 1024);
  std::ifstream copy(target / "sparse");
  copy.seekg(kSize / 2);
  std::string text(6, ' ');
  copy.read(text.data(), 6);
  EXPECT_EQ(text, "middle");
}

TEST_F(Clone, ALiveSourceIsNeverShared) {
  write_file(source / "file", "before");
  EXPECT_THAT(probe_clone_method(source, directory.path(), {}),
              testing::AnyOf(CloneMethod::reflink, CloneMethod::copy));
  EXPECT_THAT(probe_clone_method(source, directory.path(), {.source = Source::live, .writers = Writers::guard}),
              testing::AnyOf(CloneMethod::reflink, CloneMethod::copy));
  clone_tree(source, target, {});
  write_file(source / "file", "after");
  EXPECT_EQ(file_content(target / "file"), "before");
}

TEST_F(Clone, P5_MethodsThatShareAreRefusedWithoutThePromiseTheyNeed) {
  for (const CloneUse& use : {CloneUse{}, CloneUse{.source = Source::frozen, .writers = Writers::any},
                              CloneUse{.source = Source::live, .writers = Writers::guard}}) {
    EXPECT_EQ(code_of([&] { clone_tree(source, target, by(CloneMethod::hardlink, use)); }),
              ErrorCode::invalid_argument);
  }
  EXPECT_EQ(code_of([&] { clone_tree(source, target, by(CloneMethod::overlay)); }), ErrorCode::invalid_argument);
  EXPECT_FALSE(std::filesystem::exists(target));
}

TEST_F(Clone, P5_TheGuardReplacesFilesOfAHardlinkClone) {
  write_file(source / "file", "frozen");
  clone_tree(source, target, by(CloneMethod::hardlink, kShared));
  ASSERT_EQ(std::filesystem::hard_link_count(target / "file"), 2U);
  Workspace::open(target).write(WorkspacePath::parse("file"), "changed");
  EXPECT_EQ(file_content(source / "file"), "frozen");
  EXPECT_EQ(file_content(target / "file"), "changed");
}

TEST_F(Clone, TheTargetIsNewOrEmpty) {
  write_file(source / "file", "x");
  std::filesystem::create_directory(target);
  clone_tree(source, target, by(CloneMethod::copy));
  EXPECT_EQ(file_content(target / "file"), "x");
  EXPECT_EQ(code_of([&] { clone_tree(source, target, by(CloneMethod::copy)); }), ErrorCode::conflict);
  write_file(directory.path() / "plain", "x");
  EXPECT_EQ(code_of([&] { clone_tree(source, directory.path() / "plain", by(CloneMethod::copy)); }),
            ErrorCode::conflict);
  EXPECT_EQ(code_of([&] { clone_tree(source, directory.path() / "no/target", by(CloneMethod::copy)); }),
            ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { clone_tree(directory.path() / "none", target, by(CloneMethod::copy)); }),
            ErrorCode::not_found);
  EXPECT_THAT(remains(), testing::ElementsAre("plain"));
}

TEST_F(Clone, NeverLandsBelowItsSource) {
  std::filesystem::create_directories(source / "deep/er");
  std::filesystem::create_directory_symlink(source / "deep", directory.path() / "alias");
  for (const std::filesystem::path& place :
       {source / "clone", source / "deep/er/clone", directory.path() / "alias/clone", source / "deep/../clone"}) {
    EXPECT_EQ(code_of([&] { clone_tree(source, place, by(CloneMethod::copy)); }), ErrorCode::invalid_argument) << place;
  }
}

TEST_F(Clone, SpecialAndUnfinishedFilesAreLeftOutAndTold) {
  write_file(source / "file", "x");
  write_file(source / (std::string(kUnfinishedPrefix) + "1"), "half");
  write_file(source / (std::string(kChangesPrefix) + "journal"), "decided");
  ASSERT_EQ(::mkfifo((source / "fifo").c_str(), 0600), 0);
  const CloneReport report = clone_tree(source, target, by(CloneMethod::copy));
  ASSERT_EQ(report.tree.left_out.size(), 1U);
  EXPECT_EQ(report.tree.left_out.front().path, "fifo");
  EXPECT_EQ(report.tree.files, 1U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(target), {}), 1);
}

TEST_F(Clone, FilesThatTheKernelMakesUpAreLeftOutNotCopiedAsEmpty) {
  const CloneReport report = clone_tree("/proc/sys/kernel/random", target, by(CloneMethod::copy));
  EXPECT_EQ(report.tree.files, 0U);
  ASSERT_FALSE(report.tree.left_out.empty());
  EXPECT_EQ(report.tree.left_out.front().reason, kWithoutItsSize);
  const FileDescriptor longer_than_it_is(::open("/sys/kernel/uevent_seqnum", O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (::fstat(longer_than_it_is.number(), &status) != 0) GTEST_SKIP() << "there is no /sys";
  EXPECT_FALSE(has_its_size(longer_than_it_is.number(), status));
}

TEST_F(Clone, UnreadableFilesAreToldAndNotFatal) {
  write_file(source / "readable", "x");
  write_file(source / "secret", "x");
  write_file(source / "closed/file", "x");
  ::chmod((source / "secret").c_str(), 0);
  ::chmod((source / "closed").c_str(), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && (::chown(directory.path().c_str(), kNobody, kNobody) != 0 || ::setuid(kNobody) != 0)) {
      ::_exit(2);
    }
    const CloneReport report = clone_tree(source, target, by(CloneMethod::copy));
    const bool told = report.tree.left_out.size() == 2 && report.tree.left_out[0].path == "closed" &&
                      report.tree.left_out[1].path == "secret";
    ::_exit(told && file_content(target / "readable") == "x" ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(Clone, DepthIsLimited) {
  std::filesystem::path deep = source;
  for (unsigned i = 0; i < kCloneDepth; ++i) deep /= "d";
  std::filesystem::create_directories(deep);
  EXPECT_EQ(clone_tree(source, target, by(CloneMethod::copy)).tree.directories, kCloneDepth);
  discard_clone(target);
  std::filesystem::create_directory(deep / "d");
  EXPECT_EQ(code_of([&] { clone_tree(source, target, by(CloneMethod::copy)); }), ErrorCode::quota_exceeded);
  EXPECT_FALSE(std::filesystem::exists(target));
}

TEST_F(Clone, ProgressIsToldAndAWishToStopLeavesNothing) {
  make_odd_tree(source);
  TransferProgress last;
  CloneOptions options = by(CloneMethod::copy);
  options.transfer.progress = [&](const TransferProgress& progress) { last = progress; };
  const CloneReport report = clone_tree(source, target, options);
  EXPECT_EQ(last.files, report.tree.files);
  EXPECT_EQ(last.bytes, report.tree.bytes);
  discard_clone(target);
  std::stop_source stop;
  stop.request_stop();
  options.transfer.stop = stop.get_token();
  EXPECT_EQ(code_of([&] { clone_tree(source, target, options); }), ErrorCode::cancelled);
  EXPECT_FALSE(std::filesystem::exists(target));
  EXPECT_THAT(remains(), testing::IsEmpty());
}

TEST_F(Clone, AKilledCloneIsNotThereAndIsClearedUpByTheNext) {
  make_odd_tree(source);
  const auto facts = tree_facts(source);
  const auto start = std::chrono::steady_clock::now();
  clone_tree(source, target, by(CloneMethod::copy));
  const auto whole = std::chrono::steady_clock::now() - start;
  constexpr int kKills = 30;
  int killed = 0;
  std::size_t left = 0;
  for (int i = 0; i < kKills; ++i) {
    discard_clone(target);
    if (!killed_after(whole * i / kKills, [&] { clone_tree(source, target, by(CloneMethod::copy)); })) continue;
    ++killed;
    left = std::max(left, remains().size());
    if (std::filesystem::exists(target)) EXPECT_EQ(tree_facts(target), facts);
  }
  EXPECT_GT(killed, 0);
  EXPECT_EQ(left, 1U) << "each clone clears up after the one before";
  discard_clone(target);
  clone_tree(source, target, by(CloneMethod::copy));
  EXPECT_EQ(tree_facts(target), facts);
  EXPECT_THAT(remains(), testing::IsEmpty());
}

TEST_F(Clone, AFullDiskLeavesNothingBehind) {
  write_file(source / "big", std::string(3 << 20, 'x'));
  write_file(source / "more", std::string(3 << 20, 'x'));
  const std::filesystem::path small = directory.path() / "small";
  std::filesystem::create_directory(small);
  const int result = in_mount_namespace(CLONE_NEWNS, [&] {
    if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=4m") != 0) return false;
    return code_of([&] { clone_tree(source, small / "clone", by(CloneMethod::copy)); }) == ErrorCode::storage_full &&
           std::filesystem::is_empty(small);
  });
  if (result == 77) GTEST_SKIP() << "mounting needs root";
  EXPECT_EQ(result, 0);
}

TEST_F(Clone, P14_MountsBelowTheSourceAreNotEntered) {
  write_file(source / "mounted/original", "x");
  write_file(directory.path() / "other/secret", "x");
  const int result = in_mount_namespace(CLONE_NEWNS, [&] {
    const std::filesystem::path other = directory.path() / "other";
    if (::mount(other.c_str(), (source / "mounted").c_str(), nullptr, MS_BIND, nullptr) != 0) return false;
    const CloneReport report = clone_tree(source, target, by(CloneMethod::copy));
    return report.tree.left_out.size() == 1 && report.tree.left_out.front().path == "mounted" &&
           !std::filesystem::exists(target / "mounted");
  });
  if (result == 77) GTEST_SKIP() << "mounting needs root";
  EXPECT_EQ(result, 0);
}

bool overlay_keeps_its_source(const std::filesystem::path& source, const std::filesystem::path& target) {
  const auto before = tree_facts(source);
  const CloneOptions options{.method = {}, .use = {.source = Source::frozen, .writers = Writers::any}, .transfer = {}};
  const CloneReport report = clone_tree(source, target, options);
  write_file(target / "app/main.py", "written in place");
  write_file(target / "new/file", "x");
  std::filesystem::remove_all(target / "many");
  std::filesystem::create_directory(target / "many");
  const bool seen =
      file_content(target / "app/main.py") == "written in place" && std::filesystem::is_empty(target / "many");
  const bool kept = tree_facts(source) == before;
  discard_clone(target);
  return report.method == CloneMethod::overlay && seen && kept && !std::filesystem::exists(target);
}

TEST_F(Clone, OverlayTakesEveryWriteAndGoesWithoutTrace) {
  make_odd_tree(source);
  const int result = in_mount_namespace(CLONE_NEWNS, [&] { return overlay_keeps_its_source(source, target); });
  if (result == 77) GTEST_SKIP() << "mounting needs root";
  EXPECT_EQ(result, 0);
  EXPECT_THAT(remains(), testing::IsEmpty());
}

TEST_F(Clone, OverlayWorksInAUserNamespace) {
  make_odd_tree(source);
  const int result =
      in_mount_namespace(CLONE_NEWUSER | CLONE_NEWNS, [&] { return overlay_keeps_its_source(source, target); });
  if (result == 77) GTEST_SKIP() << "this machine has no user namespaces";
  EXPECT_EQ(result, 0);
  EXPECT_THAT(remains(), testing::IsEmpty());
}

TEST_F(Clone, AnOverlayThatLostItsMountKeepsItsChangesUntilItIsDiscarded) {
  write_file(source / "file", "x");
  write_file(directory.path() / ".tenon-overlay-target/upper/file", "changed");
  const CloneOptions options = by(CloneMethod::overlay, kShared);
  EXPECT_EQ(code_of([&] { clone_tree(source, target, options); }), ErrorCode::conflict);
  discard_clone(target);
  EXPECT_THAT(remains(), testing::IsEmpty());
}

TEST_F(Clone, OneThatIsBeingMadeIsNotTakenForAbandoned) {
  write_file(source / "file", "x");
  const StagingDirectory other(directory.path() / "other", Existing::refuse);
  clone_tree(source, target, by(CloneMethod::copy));
  EXPECT_EQ(remains().size(), 1U);
}

}  // namespace
}  // namespace tenon::fsops
