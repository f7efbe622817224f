#include "native/fsops/snapshot_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/describe/enum_to_string.hpp>

#include "core/error.h"
#include "native/fsops/file_copy.h"
#include "native/fsops/snapshot_manifest.h"
#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_directory.h"
#include "native/fsops/test_process.h"
#include "native/fsops/test_tree.h"

namespace tenon::fsops {
namespace {

struct Snapshots : testing::Test {
  TemporaryDirectory directory{busy_test_directory(), "tenon-test-"};
  std::filesystem::path tree = directory.path() / "tree";
  std::filesystem::path target = directory.path() / "target";
  std::filesystem::path place = directory.path() / "store";
  SnapshotStore store = SnapshotStore::open(place);

  void SetUp() override { std::filesystem::create_directory(tree); }

  SnapshotReport make() const { return store.make(tree, {.transfer = {.threads = 3, .progress = {}, .stop = {}}}); }

  static RestoreOptions by(CloneMethod method, Existing existing = Existing::refuse) {
    return {.method = method,
            .writers = Writers::guard,
            .existing = existing,
            .transfer = {.threads = 3, .progress = {}, .stop = {}}};
  }

  ErrorCode code_of(const std::function<void()>& act) const {
    try {
      act();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  }

  std::size_t files_below(const std::string& name) const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(place / name)) {
      count += entry.is_regular_file() ? 1U : 0U;
    }
    return count;
  }

  // The one object of a store that holds one.
  std::filesystem::path only_object() const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(place / "objects")) {
      if (entry.is_regular_file()) return entry.path();
    }
    return {};
  }
};

class SnapshotsBy : public Snapshots, public testing::WithParamInterface<CloneMethod> {};

TEST_P(SnapshotsBy, RestoreBringsBackEveryFact) {
  make_odd_tree(tree);
  std::filesystem::create_hard_link(tree / "app/empty", tree / "bin/same");
  if (!supports(GetParam(), place, directory.path())) GTEST_SKIP() << "not supported in " << directory.path();
  const auto facts = tree_facts(tree);
  const SnapshotReport made = make();
  EXPECT_EQ(tree_facts(tree), facts);
  const CloneReport restored = store.restore(made.snapshot.id, target, by(GetParam()));
  EXPECT_EQ(restored.method, GetParam());
  EXPECT_EQ(restored.tree.files, made.tree.files);
  EXPECT_EQ(restored.tree.bytes, made.tree.bytes);
  auto after = tree_facts(target);
  // Entries that are equal in everything share an inode here.
  if (GetParam() == CloneMethod::hardlink) {
    for (auto& [name, fact] : after) {
      if (!facts.at(name).contains(" same as ")) fact.resize(std::min(fact.size(), facts.at(name).size()));
    }
  }
  EXPECT_EQ(after, facts);
}

INSTANTIATE_TEST_SUITE_P(Method, SnapshotsBy,
                         testing::Values(CloneMethod::reflink, CloneMethod::hardlink, CloneMethod::copy),
                         [](const auto& info) { return boost::describe::enum_to_string(info.param, "?"); });

TEST_F(Snapshots, UnfinishedWritesAreNoPartOfThem) {
  write_file(tree / "file", "x");
  write_file(tree / (std::string(kUnfinishedPrefix) + "1"), "half");
  write_file(tree / (std::string(kChangesPrefix) + "journal"), "decided");
  const SnapshotReport report = make();
  EXPECT_EQ(report.snapshot.files, 1U);
  EXPECT_TRUE(report.tree.left_out.empty());
}

TEST_F(Snapshots, FilesThatTheKernelMakesUpAreLeftOutNotKeptAsEmpty) {
  const SnapshotReport made = store.make("/proc/sys/kernel/random", {});
  EXPECT_EQ(made.tree.files, 0U);
  ASSERT_FALSE(made.tree.left_out.empty());
  EXPECT_EQ(made.tree.left_out.front().reason, kWithoutItsSize);
}

TEST_F(Snapshots, EqualTreesAreOneSnapshotAndEqualContentsOneObject) {
  write_file(tree / "a", "same");
  write_file(tree / "b/c", "same");
  write_file(tree / "d", "other");
  const SnapshotReport first = make();
  EXPECT_EQ(first.stored_files, 2U);
  const SnapshotReport second = make();
  EXPECT_EQ(second.snapshot.id, first.snapshot.id);
  EXPECT_EQ(second.stored_files, 0U);
  EXPECT_EQ(store.list().size(), 1U);
  EXPECT_EQ(files_below("objects"), 2U);
  std::filesystem::rename(tree, directory.path() / "moved");
  EXPECT_EQ(store.make(directory.path() / "moved", {}).snapshot.id, first.snapshot.id);
}

TEST_F(Snapshots, EveryChangeIsSeen) {
  write_file(tree / "file", "one");
  set_time(tree / "file", 1'000'000'000, 0);
  std::vector<SnapshotId> ids{make().snapshot.id};
  const auto changed = [&] {
    ids.push_back(make().snapshot.id);
    return ids.back() != ids.rbegin()[1];
  };
  write_file(tree / "file", "two");
  set_time(tree / "file", 1'000'000'000, 0);
  EXPECT_TRUE(changed()) << "same size and time";
  ::chmod((tree / "file").c_str(), 0600);
  EXPECT_TRUE(changed());
  set_time(tree / "file", 1'000'000'000, 1);
  EXPECT_TRUE(changed());
  std::filesystem::create_directory(tree / "empty");
  EXPECT_TRUE(changed());
  EXPECT_FALSE(changed());
  store.restore(ids.front(), target, by(CloneMethod::copy));
  EXPECT_EQ(file_content(target / "file"), "one");
}

TEST_F(Snapshots, RestoreReplacesADirectoryOnlyWhenAsked) {
  write_file(tree / "file", "kept");
  const SnapshotId id = make().snapshot.id;
  const auto facts = tree_facts(tree);
  write_file(tree / "file", "changed");
  write_file(tree / "new/one", "x");
  EXPECT_EQ(code_of([&] { store.restore(id, tree, by(CloneMethod::copy)); }), ErrorCode::conflict);
  EXPECT_EQ(file_content(tree / "file"), "changed");
  store.restore(id, tree, by(CloneMethod::copy, Existing::replace));
  EXPECT_EQ(tree_facts(tree), facts);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 2) << "the old tree is gone";
}

TEST_F(Snapshots, P5_WritingInPlaceIntoAHardlinkRestoreSpoilsNoSnapshot) {
  write_file(tree / "file", "original");
  const SnapshotId id = make().snapshot.id;
  store.restore(id, target, by(CloneMethod::hardlink));
  ASSERT_GT(std::filesystem::hard_link_count(target / "file"), 1U);
  std::ofstream(target / "file", std::ios::app) << " spoilt";
  EXPECT_EQ(file_content(tree / "file"), "original");
  store.restore(id, directory.path() / "copied", by(CloneMethod::copy));
  EXPECT_EQ(file_content(directory.path() / "copied/file"), "original");
  store.restore(id, directory.path() / "linked", by(CloneMethod::hardlink));
  EXPECT_EQ(file_content(directory.path() / "linked/file"), "original");
}

TEST_F(Snapshots, P5_HardLinksNeedAWorkspaceThatOnlyTheGuardWrites) {
  write_file(tree / "file", "x");
  const SnapshotId id = make().snapshot.id;
  RestoreOptions options = by(CloneMethod::hardlink);
  options.writers = Writers::any;
  EXPECT_EQ(code_of([&] { store.restore(id, target, options); }), ErrorCode::invalid_argument);
  options.method.reset();
  EXPECT_NE(store.restore(id, target, options).method, CloneMethod::hardlink);
}

TEST_F(Snapshots, DamageIsFoundAndNothingIsRestored) {
  write_file(tree / "file", "original");
  const SnapshotId id = make().snapshot.id;
  const std::filesystem::path object = only_object();
  ::chmod(object.c_str(), 0600);
  write_file(object, "originaL");
  EXPECT_EQ(code_of([&] { store.restore(id, target, by(CloneMethod::copy)); }), ErrorCode::data_corrupted);
  write_file(object, "short");
  EXPECT_EQ(code_of([&] { store.restore(id, target, by(CloneMethod::copy)); }), ErrorCode::data_corrupted);
  std::filesystem::remove(object);
  EXPECT_EQ(code_of([&] { store.restore(id, target, by(CloneMethod::copy)); }), ErrorCode::data_corrupted);
  EXPECT_FALSE(std::filesystem::exists(target));
  make();
  store.restore(id, target, by(CloneMethod::copy));
  ::chmod((place / "snapshots" / id.text).c_str(), 0600);
  std::ofstream(place / "snapshots" / id.text, std::ios::app) << "x";
  EXPECT_EQ(code_of([&] { store.restore(id, directory.path() / "next", by(CloneMethod::copy)); }),
            ErrorCode::data_corrupted);
}

TEST_F(Snapshots, RemovingOneKeepsWhatOthersNeed) {
  write_file(tree / "common", "common");
  write_file(tree / "old", "old");
  const SnapshotId first = make().snapshot.id;
  std::filesystem::remove(tree / "old");
  write_file(tree / "new", "new");
  const SnapshotId second = make().snapshot.id;
  EXPECT_EQ(store.remove(first), 1U);
  EXPECT_EQ(code_of([&] { store.restore(first, target, by(CloneMethod::copy)); }), ErrorCode::not_found);
  store.restore(second, target, by(CloneMethod::hardlink));
  EXPECT_EQ(store.remove(second), 2U);
  EXPECT_EQ(files_below("objects") + files_below("shared"), 0U);
  EXPECT_EQ(file_content(target / "common"), "common");
}

TEST_F(Snapshots, AreFoundByTheBeginningOfTheirId) {
  write_file(tree / "file", "x");
  const SnapshotId id = make().snapshot.id;
  EXPECT_EQ(store.find(id.text.substr(0, 4)), id);
  EXPECT_EQ(code_of([&] { store.find("abc"); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { store.find("../../etc"); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { store.find(id.text.front() == '0' ? "1111" : "0000"); }), ErrorCode::not_found);
}

TEST_F(Snapshots, StoreIsToldApartFromOtherDirectories) {
  write_file(tree / "file", "x");
  EXPECT_EQ(code_of([&] { SnapshotStore::open(tree); }), ErrorCode::conflict);
  EXPECT_EQ(code_of([&] { SnapshotStore::open(directory.path() / "no/where"); }), ErrorCode::not_found);
  const SnapshotStore inside = SnapshotStore::open(tree / "snapshots");
  EXPECT_EQ(code_of([&] { inside.make(tree, {}); }), ErrorCode::invalid_argument);
  const SnapshotId id = make().snapshot.id;
  EXPECT_EQ(code_of([&] { store.restore(id, place / "clone", {}); }), ErrorCode::invalid_argument);
  ::chmod((place / "format").c_str(), 0600);
  write_file(place / "format", "tenon-snapshots 9\n");
  EXPECT_EQ(code_of([&] { SnapshotStore::open(place); }), ErrorCode::unsupported);
}

TEST_F(Snapshots, AKilledSnapshotLeavesAStoreThatIsValid) {
  make_odd_tree(tree);
  const auto facts = tree_facts(tree);
  const auto start = std::chrono::steady_clock::now();
  SnapshotStore::open(directory.path() / "measured").make(tree, {});
  const auto whole = std::chrono::steady_clock::now() - start;
  constexpr int kKills = 30;
  int killed = 0;
  for (int i = 0; i < kKills; ++i) {
    killed += killed_after(whole * i / kKills, [&] { make(); }) ? 1 : 0;
    for (const Snapshot& snapshot : store.list()) {
      store.restore(snapshot.id, target, by(CloneMethod::copy));
      EXPECT_EQ(tree_facts(target), facts);
      std::filesystem::remove_all(target);
    }
  }
  EXPECT_GT(killed, 0);
  const SnapshotId id = make().snapshot.id;
  write_file(tree / "later", "x");
  store.remove(make().snapshot.id);
  EXPECT_EQ(files_below("unfinished"), 0U);
  store.restore(id, target, by(CloneMethod::copy));
  EXPECT_EQ(tree_facts(target), facts);
}

TEST_F(Snapshots, AKilledRestoreLeavesTheOldTreeOrTheNewOne) {
  make_odd_tree(tree);
  const SnapshotId id = make().snapshot.id;
  const auto snapshot = tree_facts(tree);
  const auto replace = [&] { store.restore(id, tree, by(CloneMethod::copy, Existing::replace)); };
  const auto start = std::chrono::steady_clock::now();
  replace();
  const auto whole = std::chrono::steady_clock::now() - start;
  write_file(tree / "mine", "changed");
  const auto mine = tree_facts(tree);
  constexpr int kKills = 30;
  int killed = 0;
  for (int i = 0; i < kKills; ++i) {
    killed += killed_after(whole * i / kKills, replace) ? 1 : 0;
    EXPECT_THAT(tree_facts(tree), testing::AnyOf(mine, snapshot));
  }
  EXPECT_GT(killed, 0);
  replace();
  EXPECT_EQ(tree_facts(tree), snapshot);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 2) << "nothing remains beside";
}

TEST_F(Snapshots, AFullDiskLeavesAStoreThatIsValid) {
  write_file(tree / "small", "x");
  const std::filesystem::path disk = directory.path() / "disk";
  std::filesystem::create_directory(disk);
  const int result = in_mount_namespace(CLONE_NEWNS, [&] {
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=4m") != 0) return false;
    const SnapshotStore full = SnapshotStore::open(disk / "store");
    const SnapshotId id = full.make(tree, {}).snapshot.id;
    write_file(tree / "big", std::string(6 << 20, 'x'));
    const bool refused = code_of([&] { full.make(tree, {}); }) == ErrorCode::storage_full;
    full.restore(id, disk / "restored", by(CloneMethod::copy));
    return refused && full.list().size() == 1 && std::filesystem::is_empty(disk / "store/unfinished") &&
           file_content(disk / "restored/small") == "x";
  });
  if (result == 77) GTEST_SKIP() << "mounting needs root";
  EXPECT_EQ(result, 0);
}

TEST(SnapshotManifest, IsReadBackAndNothingElseIs) {
  Manifest manifest;
  manifest.entries.push_back({.kind = ManifestKind::directory, .mode = 0755});
  manifest.entries.push_back({.kind = ManifestKind::file,
                              .mode = 04711,
                              .user = 1,
                              .group = 2,
                              .seconds = -5,
                              .nanoseconds = 999'999'999,
                              .size = 1ULL << 40U,
                              .digest = std::string(64, 'a'),
                              .path = "a b\n\xff",
                              .text = ""});
  manifest.entries.push_back({.kind = ManifestKind::link, .path = "l", .text = "/any where"});
  const std::string bytes = manifest_bytes(manifest);
  EXPECT_EQ(parse_manifest(bytes).entries, manifest.entries);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // A manifest that ends after a whole entry is one.
    const bool whole = size > 20 && bytes[size - 1] == '\0' && bytes[size] != '\0';
    if (!whole) EXPECT_THROW(parse_manifest(bytes.substr(0, size)), Error) << size;
  }
  for (const char* path : {"../x", "/x", "a//b", "a/.", "..", "a/", ""}) {
    Manifest bad = manifest;
    bad.entries.back().path = path;
    EXPECT_THROW(parse_manifest(manifest_bytes(bad)), Error) << path;
  }
}

}  // namespace
}  // namespace tenon::fsops
