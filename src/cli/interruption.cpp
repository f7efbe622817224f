#include "cli/interruption.h"

#include <csignal>
#include <cstdlib>

namespace tenon::cli {

Interruption::Interruption(io::Runtime& runtime) : signals_(runtime.executor(), SIGINT, SIGTERM) { wait(); }

void Interruption::wait() {
  signals_.async_wait([this](boost::system::error_code failed, int signal) {
    if (failed) return;
    constexpr int kSignalBase = 128;
    if (signal_.exchange(signal) != 0) std::_Exit(kSignalBase + signal);
    wait();
  });
}

}  // namespace tenon::cli
