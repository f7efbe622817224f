#include "native/index/symbols/file_text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "native/fsops/beneath.h"

namespace tenon::index {

bool FileText::read(int directory, const std::string& path, std::uint64_t limit) {
  size_ = 0;
  const auto file = fsops::open_beneath(directory, path, O_RDONLY | O_NONBLOCK);
  if (!file) return false;
  struct stat status{};
  if (::fstat(file->number(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  constexpr std::size_t kPiece = 64U << 10U;
  while (size_ <= limit) {
    if (buffer_.size() < size_ + kPiece) buffer_.resize(std::max(size_ + kPiece, buffer_.size() * 2));
    const ssize_t count = ::read(file->number(), buffer_.data() + size_, buffer_.size() - size_);
    if (count < 0) return false;
    if (count == 0) return true;
    size_ += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace tenon::index
