#include "sandbox/control_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

#include "native/fsops/file_descriptor.h"

namespace tenon::sandbox {

std::optional<std::string> read_control(const std::filesystem::path& file) {
  const fsops::FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor) return std::nullopt;
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t count = ::read(descriptor.number(), buffer.data(), buffer.size());
    if (count < 0) return std::nullopt;
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

int write_control(const std::filesystem::path& file, std::string_view text) {
  const fsops::FileDescriptor descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!descriptor) return errno;
  return ::write(descriptor.number(), text.data(), text.size()) < 0 ? errno : 0;
}

std::uint64_t number_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!key.empty()) {
      if (!line.starts_with(key) || !line.substr(key.size()).starts_with(' ')) continue;
      line.remove_prefix(key.size() + 1);
    }
    std::uint64_t number = 0;
    std::from_chars(line.data(), line.data() + line.size(), number);
    return number;
  }
  return 0;
}

}  // namespace tenon::sandbox
