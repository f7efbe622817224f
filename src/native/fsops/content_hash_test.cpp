#include "native/fsops/content_hash.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "core/digest.h"
#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_directory.h"

namespace tenon::fsops {
namespace {

class ContentHash : public ::testing::Test {
 protected:
  void write(const std::filesystem::path& path, std::string_view text) const {
    std::filesystem::create_directories((root() / path).parent_path());
    std::ofstream(root() / path, std::ios::binary) << text;
  }
  std::filesystem::path root() const { return directory_.path(); }
  TreeHash hashed(HashAlgorithm algorithm = HashAlgorithm::sha256) const {
    return hash_tree(root(), algorithm, {.threads = 2});
  }
  std::string hash_of(const std::filesystem::path& path, HashAlgorithm algorithm) const {
    const FileDescriptor file(::open((root() / path).c_str(), O_RDONLY | O_CLOEXEC));
    return content_hash_of(file.number(), algorithm).value();
  }

  TemporaryDirectory directory_{busy_test_directory(), "content-hash-"};
};

TEST_F(ContentHash, IsThatOfTheSpecifications) {
  EXPECT_EQ(content_hash("", HashAlgorithm::xxh3), "xxh3:99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(content_hash("abc", HashAlgorithm::sha256),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(ContentHash, OfAFileIsThatOfItsBytesWhateverItsSize) {
  for (const std::size_t size : {0UZ, 1UZ, (256UZ << 10U) - 1, 256UZ << 10U, (256UZ << 10U) + 1, 1'000'000UZ}) {
    std::string bytes(size, 'x');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 / 7);
    write("file", bytes);
    for (const HashAlgorithm algorithm : {HashAlgorithm::xxh3, HashAlgorithm::sha256}) {
      EXPECT_EQ(hash_of("file", algorithm), content_hash(bytes, algorithm)) << size;
    }
  }
}

TEST_F(ContentHash, OfATreeIsThatOfItsRecords) {
  write("b/x", "1");
  write("a", "2");
  std::filesystem::permissions(root() / "a", std::filesystem::perms::owner_all);
  std::filesystem::create_symlink("target", root() / "c");
  const auto digits = [](std::string_view text) { return sha256(text).text.substr(7); };
  const std::string records =
      "x " + digits("2") + " 1 a\nf " + digits("1") + " 3 b/x\nl " + digits("target") + " 1 c\n";
  const TreeHash tree = hashed();
  EXPECT_EQ(tree.digest, sha256(records).text);
  ASSERT_EQ(tree.entries.size(), 3);
  EXPECT_EQ(tree.entries[1].path, "b/x");
  EXPECT_EQ(tree.entries[1].size, 1);
}

TEST_F(ContentHash, OfATreeChangesWithNamesModesAndContentsOnly) {
  write("a", "1");
  const std::string first = hashed(HashAlgorithm::xxh3).digest;
  std::filesystem::last_write_time(root() / "a", std::filesystem::file_time_type::min());
  std::filesystem::create_directory(root() / "empty");
  EXPECT_EQ(hashed(HashAlgorithm::xxh3).digest, first);
  std::filesystem::permissions(root() / "a", std::filesystem::perms::owner_all);
  EXPECT_NE(hashed(HashAlgorithm::xxh3).digest, first);
  std::filesystem::permissions(root() / "a", std::filesystem::perms::owner_read);
  EXPECT_EQ(hashed(HashAlgorithm::xxh3).digest, first);
  std::filesystem::rename(root() / "a", root() / "b");
  EXPECT_NE(hashed(HashAlgorithm::xxh3).digest, first);
}

TEST_F(ContentHash, ATreeWithSomethingUnreadableHasNoDigest) {
  if (::geteuid() != 0) GTEST_SKIP() << "becomes another user to be refused";
  write("a", "1");
  write("b", "2");
  std::filesystem::permissions(root() / "a", std::filesystem::perms::none);
  std::filesystem::permissions(root(), std::filesystem::perms::all);
  constexpr uid_t kNobody = 65534;
  TreeHash tree;
  std::jthread([&] {
    ::setfsuid(kNobody);  // of this thread only
    tree = hash_tree(root(), HashAlgorithm::sha256, {.threads = 1});
  }).join();
  EXPECT_EQ(tree.digest, "");
  EXPECT_EQ(tree.entries.size(), 1);
  ASSERT_EQ(tree.failures.size(), 1);
  EXPECT_EQ(tree.failures.front().path, "a");
  EXPECT_EQ(tree.failures.front().error_number, EACCES);
}

TEST_F(ContentHash, OnlyRegularFilesHaveOne) {
  const FileDescriptor directory(::open(root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  EXPECT_EQ(content_hash_of(directory.number(), HashAlgorithm::xxh3).error(), EINVAL);
}

}  // namespace
}  // namespace tenon::fsops
