#include "native/fsops/link_text.h"

#include <unistd.h>

#include <cerrno>
#include <climits>

namespace tenon::fsops {

std::expected<std::string, int> link_text(int directory, const std::string& name) {
  std::string text(PATH_MAX, '\0');
  const ssize_t size = ::readlinkat(directory, name.c_str(), text.data(), text.size());
  if (size < 0) return std::unexpected(errno == EINVAL ? ELOOP : errno);
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace tenon::fsops
