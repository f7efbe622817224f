#include "native/diff/file_bytes.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "native/fsops/content_type.h"

namespace tenon::diff {
namespace {

constexpr std::size_t kBlock = 256 * 1024;
constexpr std::size_t kBeginning = 8 * 1024;

// As much as fits, unless the file ends; the error number otherwise.
std::expected<std::size_t, int> read_full(int descriptor, char* to, std::size_t size) {
  std::size_t length = 0;
  while (length < size) {
    const ssize_t count = ::read(descriptor, to + length, size - length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(errno);
    if (count == 0) break;
    length += static_cast<std::size_t>(count);
  }
  return length;
}

}  // namespace

std::expected<std::string, int> read_bytes(int descriptor, std::uint64_t limit) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return std::unexpected(errno);
  const bool regular = S_ISREG(status.st_mode);
  const auto expected_size = regular ? static_cast<std::uint64_t>(status.st_size) : 0;
  if (expected_size > limit) return std::unexpected(EFBIG);
  std::string bytes;
  // One byte more than is there, so that the end is seen without another round.
  std::size_t room = regular ? static_cast<std::size_t>(expected_size) + 1 : kBlock;
  while (true) {
    const std::size_t before = bytes.size();
    int failure = 0;
    bytes.resize_and_overwrite(before + room, [&](char* start, std::size_t) {
      const auto count = read_full(descriptor, start + before, room);
      if (!count) failure = count.error();
      return before + count.value_or(0);
    });
    if (failure != 0) return std::unexpected(failure);
    if (bytes.size() > limit) return std::unexpected(EFBIG);
    if (bytes.size() < before + room) return bytes;
    room = std::max(kBlock, bytes.size());
  }
}

std::expected<bool, int> one_file(int one, int other) {
  struct stat one_status{};
  struct stat other_status{};
  if (::fstat(one, &one_status) != 0 || ::fstat(other, &other_status) != 0) return std::unexpected(errno);
  return S_ISREG(one_status.st_mode) && one_status.st_dev == other_status.st_dev &&
         one_status.st_ino == other_status.st_ino;
}

std::expected<bool, int> same_bytes(int one, int other) {
  const auto one_block = std::make_unique_for_overwrite<char[]>(kBlock);
  const auto other_block = std::make_unique_for_overwrite<char[]>(kBlock);
  while (true) {
    const auto one_size = read_full(one, one_block.get(), kBlock);
    if (!one_size) return std::unexpected(one_size.error());
    const auto other_size = read_full(other, other_block.get(), kBlock);
    if (!other_size) return std::unexpected(other_size.error());
    if (*one_size != *other_size || std::memcmp(one_block.get(), other_block.get(), *one_size) != 0) return false;
    if (*one_size < kBlock) return true;
  }
}

std::expected<bool, int> begins_binary(int descriptor) {
  std::string beginning(kBeginning, '\0');
  const ssize_t count = ::pread(descriptor, beginning.data(), beginning.size(), 0);
  if (count < 0) return std::unexpected(errno);
  beginning.resize(static_cast<std::size_t>(count));
  return fsops::looks_binary(beginning);
}

}  // namespace tenon::diff
