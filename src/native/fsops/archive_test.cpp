#include "native/fsops/archive.h"

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/describe/enum_to_string.hpp>

#include <cstdlib>

#include "core/error.h"
#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_archive.h"
#include "native/fsops/test_directory.h"
#include "native/fsops/test_process.h"
#include "native/fsops/test_tree.h"

namespace tenon::fsops {
namespace {

using testing::ElementsAre;

struct Archives : testing::Test {
  TemporaryDirectory directory{busy_test_directory(), "tenon-test-"};
  std::filesystem::path inside = directory.path() / "workspace";
  std::filesystem::path outside = directory.path() / "outside";
  std::filesystem::path archive = directory.path() / "archive";

  void SetUp() override {
    std::filesystem::create_directory(inside);
    write_file(outside / "secret", "untouched");
  }
  void TearDown() override {
    EXPECT_EQ(file_content(outside / "secret"), "untouched");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(outside), {}), 1);
  }

  Workspace workspace() const { return Workspace::open(inside); }

  TransferReport extract(const ExtractOptions& options = {}) const {
    return extract_archive(archive, workspace(), options);
  }

  ErrorCode code_of(const std::function<void()>& act) const {
    try {
      act();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const Entry& entry : workspace().walk().entries) result.push_back(entry.path.text());
    return result;
  }

  static ExtractOptions keeping_links() {
    return {.bad_entries = BadEntries::leave_out, .links = ArchiveLinks::keep_harmless};
  }
};

class ArchivesOf : public Archives, public testing::WithParamInterface<ArchiveFormat> {};

TEST_P(ArchivesOf, WhatIsPackedComesOutAgain) {
  write_file(inside / "app/main.py", "print('x')\n");
  write_file(inside / "bin/run", "#!/bin/sh\n");
  ::chmod((inside / "bin/run").c_str(), 0755);
  write_file(inside / "ünï/日本.md", std::string(100'000, 'x'));
  write_file(inside / "empty", "");
  std::filesystem::create_directory(inside / "nothing");
  std::filesystem::create_symlink("../app/main.py", inside / "bin/link");
  set_time(inside / "app/main.py", 1'600'000'000, 0);
  pack_archive(workspace(), archive,
               {.format = GetParam(), .links = ArchiveLinks::keep_harmless, .times = ArchiveTimes::kept});
  const Workspace target = Workspace::open(outside.parent_path());
  target.make_directories(WorkspacePath::parse("target"));
  const std::filesystem::path out = directory.path() / "target";
  const TransferReport report = extract_archive(archive, Workspace::open(out), keeping_links());
  EXPECT_TRUE(report.left_out.empty());
  EXPECT_EQ(report.files, 4U);
  EXPECT_EQ(file_content(out / "ünï/日本.md"), std::string(100'000, 'x'));
  EXPECT_EQ(file_content(out / "bin/link"), "print('x')\n");
  EXPECT_TRUE(std::filesystem::is_directory(out / "nothing"));
  struct stat status{};
  ASSERT_EQ(::stat((out / "bin/run").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0755U);
  ASSERT_EQ(::stat((out / "app/main.py").c_str(), &status), 0);
  EXPECT_EQ(status.st_mtim.tv_sec, 1'600'000'000);
}

TEST_P(ArchivesOf, TheSameFilesGiveTheSameBytesWhateverTheClockSays) {
  write_file(inside / "b", "x");
  write_file(inside / "a/ü", "y");
  pack_archive(workspace(), archive, {.format = GetParam()});
  const std::string first = file_content(archive);
  std::filesystem::rename(inside / "b", inside / "c");
  write_file(inside / "b", "x");
  std::filesystem::remove(inside / "c");
  ::setenv("TZ", "Asia/Tokyo", 1);
  ::tzset();
  pack_archive(workspace(), archive, {.format = GetParam()});
  ::unsetenv("TZ");
  ::tzset();
  EXPECT_EQ(file_content(archive), first);
}

INSTANTIATE_TEST_SUITE_P(Format, ArchivesOf,
                         testing::Values(ArchiveFormat::tar, ArchiveFormat::tar_gzip, ArchiveFormat::tar_zstd,
                                         ArchiveFormat::tar_xz, ArchiveFormat::zip),
                         [](const auto& info) { return boost::describe::enum_to_string(info.param, "?"); });

TEST_F(Archives, P8_ATarKeepsTheBytesOfItsNamesWhateverTheirNormalForm) {
  for (const char* name : {"cafe\u0301", "caf\u00e9", "\u212b"}) write_file(inside / name, "x");
  std::filesystem::create_symlink("cafe\u0301", inside / "link");
  const std::vector<std::string> packed = names();
  pack_archive(workspace(), archive, {.format = ArchiveFormat::tar_gzip, .links = ArchiveLinks::keep_harmless});
  std::filesystem::remove_all(inside);
  std::filesystem::create_directory(inside);
  EXPECT_TRUE(extract(keeping_links()).left_out.empty());
  EXPECT_EQ(names(), packed);
  EXPECT_EQ(std::filesystem::read_symlink(inside / "link"), "cafe\u0301");
  pack_archive(workspace(), archive, {.format = ArchiveFormat::zip});
  EXPECT_THAT(file_content(archive), testing::HasSubstr("cafe\u0301")) << "in what is packed, at least";
}

struct BadTar {
  std::string what;
  std::vector<TarItem> items;
};

class P11_Tar : public Archives, public testing::WithParamInterface<BadTar> {};

TEST_P(P11_Tar, IsRefusedWholeOrWithoutItsBadEntry) {
  std::vector<TarItem> items = GetParam().items;
  items.insert(items.begin(), {.name = "good", .content = "good"});
  write_file(archive, tar_bytes(items));
  std::filesystem::create_directory_symlink(outside, inside / "planted");
  EXPECT_EQ(code_of([&] { extract(); }), ErrorCode::permission_denied);
  EXPECT_THAT(names(), ElementsAre("planted"));
  const TransferReport report = extract(keeping_links());
  EXPECT_EQ(report.left_out.size(), 1U);
  EXPECT_EQ(file_content(inside / "good"), "good");
}

INSTANTIATE_TEST_SUITE_P(
    Case, P11_Tar,
    testing::Values(BadTar{"absolute", {{.name = "/etc/evil"}}}, BadTar{"above", {{.name = "../outside/secret"}}},
                    BadTar{"above_later", {{.name = "a/../../outside/secret"}}},
                    BadTar{"git", {{.name = ".GIT/config"}}}, BadTar{"git_short", {{.name = "git~1/hooks/x"}}},
                    BadTar{"backslash", {{.name = "..\\outside\\secret"}}}, BadTar{"control", {{.name = "a\x1b[2J"}}},
                    BadTar{"not_text", {{.name = "a\xff"}}},
                    BadTar{"link_outside", {{.name = "l", .type = '2', .text = "../outside/secret"}}},
                    BadTar{"link_absolute", {{.name = "l", .type = '2', .text = "/etc/passwd"}}},
                    BadTar{"link_to_git", {{.name = "l", .type = '2', .text = ".git/config"}}},
                    BadTar{"hard_link_outside", {{.name = "h", .type = '1', .text = "../outside/secret"}}},
                    BadTar{"hard_link_to_nothing", {{.name = "h", .type = '1', .text = "planted/secret"}}},
                    BadTar{"character_device", {{.name = "d", .type = '3'}}},
                    BadTar{"block_device", {{.name = "d", .type = '4'}}}, BadTar{"fifo", {{.name = "f", .type = '6'}}},
                    BadTar{"setuid", {{.name = "s", .mode = 04755}}}, BadTar{"setgid", {{.name = "s", .mode = 02755}}},
                    BadTar{"twice", {{.name = "good", .content = "evil"}}},
                    BadTar{"twice_but_for_case", {{.name = "GOOD", .content = "evil"}}},
                    BadTar{"file_as_directory", {{.name = "good/below"}}},
                    BadTar{"directory_as_file", {{.name = "d/f"}, {.name = "d"}}},
                    BadTar{"directories_but_for_case", {{.name = "d", .type = '5'}, {.name = "D", .type = '5'}}},
                    BadTar{"directory_in_another_case", {{.name = "d/f"}, {.name = "D/g"}}}),
    [](const auto& info) { return info.param.what; });

TEST_F(Archives, OneBadEntryIsNotSpokenOfAsMany) {
  const auto message = [this](const std::vector<TarItem>& items) -> std::string {
    write_file(archive, tar_bytes(items));
    try {
      extract();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message({{.name = "/one"}}), testing::StartsWith("the archive has 1 entry that is refused; "));
  EXPECT_THAT(message({{.name = "/one"}, {.name = "/two"}}),
              testing::StartsWith("the archive has 2 entries that are refused; "));
}

TEST_F(Archives, P11_NothingIsWrittenThroughALinkOfTheArchive) {
  write_file(archive,
             tar_bytes({{.name = "dir", .type = '2', .text = "../outside"}, {.name = "dir/evil", .content = "x"}}));
  EXPECT_EQ(extract(keeping_links()).left_out.size(), 1U) << "the link; what was to go through it is a plain directory";
  EXPECT_EQ(file_content(inside / "dir/evil"), "x");
  write_file(archive, tar_bytes({{.name = "real/f"}, {.name = "l", .type = '2', .text = "real"}, {.name = "l/evil"}}));
  EXPECT_EQ(extract(keeping_links()).left_out.size(), 1U) << "a harmless link is no directory either";
  EXPECT_FALSE(std::filesystem::exists(inside / "real/evil"));
}

// Read as a path, the text stays inside: a/b/outside/secret. Followed, it goes from `x` up twice.
TEST_F(Archives, P11_LinksThatLeadOutTogetherAreRefused) {
  write_file(archive, tar_bytes({{.name = "x/f"},
                                 {.name = "a/b/c/l", .type = '2', .text = "../../../x"},
                                 {.name = "out", .type = '2', .text = "a/b/c/l/../../outside/secret"}}));
  const TransferReport report = extract(keeping_links());
  EXPECT_EQ(report.links, 1U);
  ASSERT_EQ(report.left_out.size(), 1U);
  EXPECT_EQ(report.left_out.front().path, "out");
  std::filesystem::create_directory_symlink("a/b/c", inside / "planted");
  write_file(archive, tar_bytes({{.name = "over", .type = '2', .text = "planted/../f"}}));
  EXPECT_EQ(code_of([&] { extract(keeping_links()); }), ErrorCode::permission_denied);
}

TEST_F(Archives, P11_ALinkOfTheWorkspaceIsNotWrittenThrough) {
  std::filesystem::create_directory_symlink(outside, inside / "planted");
  write_file(archive, tar_bytes({{.name = "first"}, {.name = "planted/evil"}}));
  EXPECT_EQ(code_of([&] { extract(); }), ErrorCode::permission_denied);
  EXPECT_THAT(names(), ElementsAre("planted"));
}

TEST_F(Archives, P11_SizesThatLieAreFound) {
  write_file(archive, tar_bytes({{.name = "huge", .content = "x", .size = "77777777777"}}));
  EXPECT_EQ(code_of([&] { extract(); }), ErrorCode::quota_exceeded);
  write_file(archive, tar_bytes({{.name = "longer", .content = "x", .size = "00000100000"}}));
  EXPECT_EQ(code_of([&] { extract(); }), ErrorCode::invalid_argument);
  write_file(archive, tar_bytes({{.name = "negative",
                                  .content = "x",
                                  .size = std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xf0", 12)}}));
  EXPECT_THAT(code_of([&] { extract(); }), testing::AnyOf(ErrorCode::quota_exceeded, ErrorCode::invalid_argument));
  EXPECT_THAT(names(), ElementsAre());
}

struct BadZip {
  std::string what;
  std::vector<ZipItem> items;
};

class P11_Zip : public Archives, public testing::WithParamInterface<BadZip> {};

TEST_P(P11_Zip, IsRefusedWhole) {
  std::vector<ZipItem> items = GetParam().items;
  items.insert(items.begin(), {.name = "good", .content = "good"});
  write_file(archive, zip_bytes(items));
  EXPECT_THAT(code_of([&] { extract(); }), testing::AnyOf(ErrorCode::permission_denied, ErrorCode::invalid_argument));
  EXPECT_THAT(names(), ElementsAre());
}

INSTANTIATE_TEST_SUITE_P(Case, P11_Zip,
                         testing::Values(BadZip{"absolute", {{.name = "/evil", .content = "x"}}},
                                         BadZip{"above", {{.name = "../evil", .content = "x"}}},
                                         BadZip{"drive", {{.name = "C:/evil", .content = "x"}}},
                                         BadZip{"stream", {{.name = "a::$DATA", .content = "x"}}},
                                         BadZip{"two_names", {{.name = "../x", .content = "x", .central_name = "x"}}},
                                         BadZip{"link", {{.name = "l", .content = "/etc/passwd", .mode = 0120777}}},
                                         BadZip{"setuid", {{.name = "s", .content = "x", .mode = 0104755}}},
                                         BadZip{"device", {{.name = "d", .content = "x", .mode = 0020644}}},
                                         BadZip{"twice", {{.name = "good", .content = "evil"}}},
                                         BadZip{"size_lies", {{.name = "lie", .content = "x", .size_offset = 1000}}},
                                         BadZip{"encrypted",
                                                {{.name = "e", .content = std::string(20, 'x'), .flags = 1}}}),
                         [](const auto& info) { return info.param.what; });

TEST_F(Archives, P11_OddZipsGiveOrdinaryFiles) {
  write_file(archive, zip_bytes({{.name = "fifo", .content = "x", .mode = 0010644},
                                 {.name = "x", .content = "x", .central_name = "../x"}}));
  extract();
  for (const Entry& entry : workspace().walk().entries) EXPECT_EQ(entry.kind, EntryKind::file) << entry.path.text();
  EXPECT_THAT(names(), ElementsAre("fifo", "x")) << "the name beside the data is the one that counts";
}

TEST_F(Archives, WellMadeOnesAreTaken) {
  write_file(archive, tar_bytes({{.name = "./", .type = '5'},
                                 {.name = "./d/", .type = '5'},
                                 {.name = "./d/f", .content = "one"},
                                 {.name = "h", .type = '1', .text = "./d/f"}}));
  EXPECT_EQ(extract(keeping_links()).files, 2U);
  EXPECT_EQ(file_content(inside / "h"), "one");
  write_file(archive, zip_bytes({{.name = "z/f", .content = "two", .mode = 0100755}}));
  extract();
  EXPECT_EQ(file_content(inside / "z/f"), "two");
  EXPECT_EQ(workspace().find(WorkspacePath::parse("z/f"))->mode, FileMode::executable);
}

TEST_F(Archives, R11_BombsAreRefusedBeforeAnythingIsWritten) {
  std::vector<TarItem> items;
  for (int i = 0; i < 40; ++i) items.push_back({.name = fmt::format("f{}", i), .content = std::string(1 << 20, '\0')});
  write_file(directory.path() / "bomb/plain", tar_bytes(items));
  const Workspace bombs = Workspace::open(directory.path() / "bomb");
  pack_archive(bombs, archive, {.format = ArchiveFormat::tar_zstd});
  EXPECT_LT(std::filesystem::file_size(archive), 100'000U);
  EXPECT_EQ(code_of([&] { extract(); }), ErrorCode::quota_exceeded) << "ratio";
  ExtractOptions options;
  options.limits.ratio = 1'000'000;
  options.limits.file_bytes = 1 << 20;
  EXPECT_EQ(code_of([&] { extract(options); }), ErrorCode::quota_exceeded) << "one file";
  write_file(archive, tar_bytes(items));
  options.limits.total_bytes = 10 << 20;
  EXPECT_EQ(code_of([&] { extract(options); }), ErrorCode::quota_exceeded) << "total";
  options.limits = {};
  options.limits.entries = 39;
  EXPECT_EQ(code_of([&] { extract(options); }), ErrorCode::quota_exceeded) << "entries";
  EXPECT_THAT(names(), ElementsAre());
  options.limits.entries = 40;
  EXPECT_EQ(extract(options).files, 40U);
}

TEST_F(Archives, WhatIsNoArchiveIsSaidToBeNone) {
  for (const std::string& bytes :
       {std::string(), std::string("hello"), std::string(5000, 'x'), std::string("PK\3\4"), std::string("\x1f\x8b\x08"),
        tar_bytes({{.name = "f", .content = "x"}}).substr(0, 600)}) {
    write_file(archive, bytes);
    EXPECT_EQ(code_of([&] { extract(); }), ErrorCode::invalid_argument) << bytes.size();
  }
  EXPECT_EQ(code_of([&] { extract_archive(inside, workspace(), {}); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { extract_archive(directory.path() / "none", workspace(), {}); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { archive_format_of("a.rar"); }), ErrorCode::invalid_argument);
}

TEST_F(Archives, FilesThatAreThereAreKeptUnlessReplacingIsAsked) {
  write_file(inside / "d/f", "mine");
  write_file(
      archive,
      tar_bytes({{.name = "new", .content = "x"}, {.name = "d", .type = '5'}, {.name = "d/f", .content = "theirs"}}));
  EXPECT_EQ(code_of([&] { extract(); }), ErrorCode::conflict);
  EXPECT_EQ(file_content(inside / "d/f"), "mine");
  EXPECT_FALSE(std::filesystem::exists(inside / "new"));
  ExtractOptions options;
  options.existing = Existing::replace;
  extract(options);
  EXPECT_EQ(file_content(inside / "d/f"), "theirs");
}

TEST_F(Archives, AFullDiskLeavesNothingBehind) {
  std::vector<TarItem> items;
  for (int i = 0; i < 6; ++i) items.push_back({.name = fmt::format("d/f{}", i), .content = std::string(1 << 20, 'x')});
  write_file(archive, tar_bytes(items));
  const int result = in_mount_namespace(CLONE_NEWNS, [&] {
    if (::mount("tmpfs", inside.c_str(), "tmpfs", 0, "size=4m") != 0) return false;
    return code_of([&] { extract(); }) == ErrorCode::storage_full && std::filesystem::is_empty(inside) &&
           code_of([&] {
             pack_archive(Workspace::open(directory.path()), inside / "x.tar", {.format = ArchiveFormat::tar});
           }) == ErrorCode::storage_full &&
           std::filesystem::is_empty(inside);
  });
  if (result == 77) GTEST_SKIP() << "mounting needs root";
  EXPECT_EQ(result, 0);
}

TEST_F(Archives, PackingLeavesOutWhatDoesNotBelongIntoAnArchive) {
  write_file(inside / "file", "x");
  write_file(inside / ".git/config", "x");
  ASSERT_EQ(::mkfifo((inside / "fifo").c_str(), 0600), 0);
  std::filesystem::create_symlink("/etc/passwd", inside / "link");
  const TransferReport report =
      pack_archive(workspace(), archive, {.format = ArchiveFormat::tar, .links = ArchiveLinks::keep_harmless});
  std::vector<std::string> left_out;
  for (const Refusal& refusal : report.left_out) left_out.push_back(refusal.path);
  EXPECT_THAT(left_out, ElementsAre(".git", "fifo", "link"));
  EXPECT_EQ(report.files, 1U);
}

}  // namespace
}  // namespace tenon::fsops
