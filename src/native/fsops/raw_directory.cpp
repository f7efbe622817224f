#include "native/fsops/raw_directory.h"

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tenon::fsops {
namespace {

constexpr std::size_t kFirstBytes = 256U << 10U;
constexpr std::size_t kRoomForMore = 32U << 10U;

template <class Field>
Field field_at(const std::byte* entry, std::size_t offset) {
  Field value{};
  std::memcpy(&value, entry + offset, sizeof value);
  return value;
}

}  // namespace

RawEntry RawDirectory::Iterator::operator*() const {
  return {.name = reinterpret_cast<const char*>(at_ + offsetof(dirent64, d_name)),
          .type = field_at<unsigned char>(at_, offsetof(dirent64, d_type))};
}

RawDirectory::Iterator& RawDirectory::Iterator::operator++() {
  at_ += field_at<std::uint16_t>(at_, offsetof(dirent64, d_reclen));
  return *this;
}

RawDirectory::RawDirectory() : buffer_(kFirstBytes) {}

int RawDirectory::read(int directory) {
  used_ = 0;
  for (;;) {
    if (buffer_.size() - used_ < kRoomForMore) buffer_.resize(buffer_.size() * 2);
    const long count = ::syscall(SYS_getdents64, directory, buffer_.data() + used_, buffer_.size() - used_);
    if (count == 0) return 0;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    used_ += static_cast<std::size_t>(count);
  }
}

}  // namespace tenon::fsops
