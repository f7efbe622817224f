#include "witness.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "core/error.h"

namespace tenon::chaos {
std::int64_t kernel_milliseconds() {
  timespec time{};
  syscall(SYS_clock_gettime, CLOCK_REALTIME, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

Witness::Witness(const std::filesystem::path& file, std::string worker)
    : worker_(std::move(worker)), file_(open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  if (file_ < 0) throw system_error("opening " + file.native(), errno);
}

Witness::~Witness() { close(file_); }

void Witness::saw(const RunId& run, std::string_view effect, const durable::StepInfo& info) const {
  const std::string line = fmt::format("{} {} {} {} {} {}\n", run.text, effect, info.idempotency_key, info.attempt,
                                       worker_, kernel_milliseconds());
  if (write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    throw system_error("writing to the witness", errno);
  }
}

}  // namespace tenon::chaos
