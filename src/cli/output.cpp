#include "cli/output.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "core/error.h"

namespace tenon::cli {
namespace {

constexpr std::size_t kBufferBytes = 64U << 10U;

}  // namespace

Output::Output(int descriptor) : descriptor_(descriptor) {}

void Output::write(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > kBufferBytes) flush();
  if (bytes.size() > kBufferBytes) return write_out(bytes);
  if (buffer_.capacity() < kBufferBytes) buffer_.reserve(kBufferBytes);
  buffer_ += bytes;
}

void Output::write(char byte) { write(std::string_view(&byte, 1)); }

void Output::flush() {
  write_out(buffer_);
  buffer_.clear();
}

void Output::write_out(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    constexpr int kSignalBase = 128;
    if (written < 0 && errno == EPIPE) std::_Exit(kSignalBase + SIGPIPE);
    if (written < 0) throw system_error("cannot write the output", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace tenon::cli
