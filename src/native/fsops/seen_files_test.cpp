#include "native/fsops/seen_files.h"

#include <gtest/gtest.h>

namespace tenon::fsops {
namespace {

constexpr std::string_view kDigest = "d1";

struct stat status_at(time_t seconds, long nanoseconds) {
  struct stat status{};
  status.st_ino = 7;
  status.st_size = 3;
  status.st_mtim = {.tv_sec = seconds, .tv_nsec = nanoseconds};
  status.st_ctim = status.st_mtim;
  return status;
}

SeenFiles seen_at(const struct stat& status, const timespec& read_from) {
  SeenFiles seen;
  seen.add("a b", status, std::string(kDigest), read_from);
  return SeenFiles::parse(seen.bytes());
}

TEST(SeenFiles, AnUnchangedFileIsKnownAndAnyChangeIsNot) {
  const struct stat status = status_at(100, 5);
  const SeenFiles seen = seen_at(status, {.tv_sec = 200, .tv_nsec = 0});
  EXPECT_EQ(seen.digest("a b", status), kDigest);
  EXPECT_EQ(seen.digest("a", status), std::nullopt);
  for (const auto change :
       {+[](struct stat& state) { ++state.st_ino; }, +[](struct stat& state) { ++state.st_size; },
        +[](struct stat& state) { ++state.st_mtim.tv_nsec; }, +[](struct stat& state) { ++state.st_ctim.tv_sec; }}) {
    struct stat changed = status;
    change(changed);
    EXPECT_EQ(seen.digest("a b", changed), std::nullopt);
  }
}

TEST(SeenFiles, AFileThatChangedJustBeforeItWasReadIsNotTrusted) {
  EXPECT_FALSE(
      seen_at(status_at(100, 990'000'000), {.tv_sec = 101, .tv_nsec = 0}).digest("a b", status_at(100, 990'000'000)));
  EXPECT_TRUE(
      seen_at(status_at(100, 900'000'000), {.tv_sec = 101, .tv_nsec = 0}).digest("a b", status_at(100, 900'000'000)));
  EXPECT_FALSE(seen_at(status_at(100, 0), {.tv_sec = 102, .tv_nsec = 0}).digest("a b", status_at(100, 0)))
      << "no fractions of seconds";
  EXPECT_FALSE(seen_at(status_at(300, 5), {.tv_sec = 200, .tv_nsec = 0}).digest("a b", status_at(300, 5)));
}

TEST(SeenFiles, BrokenBytesAreAsGoodAsNone) {
  const struct stat status = status_at(100, 5);
  SeenFiles seen;
  seen.add("f", status, std::string(kDigest), {.tv_sec = 200, .tv_nsec = 0});
  const std::string bytes = seen.bytes();
  ASSERT_TRUE(SeenFiles::parse(bytes).digest("f", status));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string broken = bytes;
    broken[i] = static_cast<char>(broken[i] ^ 1);
    EXPECT_FALSE(SeenFiles::parse(broken).digest("f", status)) << i;
    EXPECT_FALSE(SeenFiles::parse(bytes.substr(0, i)).digest("f", status)) << i;
  }
}

}  // namespace
}  // namespace tenon::fsops
