#include "sandbox/supervision.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "core/error.h"
#include "core/json.h"
#include "sandbox/control_file.h"
#include "sandbox/disk_meter.h"
#include "sandbox/lent_tree.h"
#include "sandbox/output_capture.h"

namespace tenon::sandbox {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto kCheckInterval = 100ms;
constexpr auto kDeathDeadline = 10s;
constexpr auto kPipeDeadline = 1s;  // longest that a pipe stays open when nobody is left to write
constexpr int kReadsPerTurn = 16;   // one busy stream must not keep the limits from being checked
constexpr int kShellSignalBase = 128;
constexpr int kLastSignal = 64;

// A closed descriptor (-1) is never ready.
pollfd wait_for(int descriptor) { return {.fd = descriptor, .events = POLLIN, .revents = 0}; }
pollfd wait_for(const fsops::FileDescriptor& descriptor) { return wait_for(descriptor.number()); }

// The fourth field of /proc/<pid>/stat, behind the name in parentheses.
pid_t parent_of(pid_t pid) {
  const std::string text = read_control(fmt::format("/proc/{}/stat", pid)).value_or("");
  const std::size_t name_end = text.rfind(')');
  return name_end == std::string::npos || name_end + 4 > text.size() ? 0 : std::atoi(text.c_str() + name_end + 4);
}

class Supervision {
 public:
  Supervision(io::Process process, Channels channels, const Watch& watch)
      : process_(std::move(process)),
        channels_(std::move(channels)),
        watch_(watch),
        output_(watch.launch.command.limits.output_bytes / 2),
        error_(watch.launch.command.limits.output_bytes / 2),
        stopped_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        start_(SteadyClock::now()),
        started_at_(now()),
        meter_(watch.workspace, start_) {
    if (!stopped_) throw system_error("cannot watch a sandbox", errno);
    for (const auto* channel : {&channels_.output, &channels_.error, &channels_.status}) {
      ::fcntl(channel->number(), F_SETFL, O_NONBLOCK);
    }
  }
  Supervision(const Supervision&) = delete;
  Supervision& operator=(const Supervision&) = delete;

  ~Supervision() {
    if (ended_) return;
    kill_tree();
    process_.wait();
  }

  ExitRecord run(const std::stop_token& stop) {
    const std::stop_callback wake(stop, [this] { ::eventfd_write(stopped_.number(), 1); });
    while (!monitor_ended()) turn(stop);
    const io::ExitStatus monitor = process_.wait();
    ended_ = true;
    if (init_) ::syscall(SYS_pidfd_send_signal, init_.number(), SIGKILL, nullptr, 0);
    wait_for_death();
    // Both have waited for others; what the two used is what all used.
    const io::ExitStatus first = init_ ? io::reap(init_.number()).value_or(io::ExitStatus{}) : io::ExitStatus{};
    user_ = monitor.user + first.user;
    system_ = monitor.system + first.system;
    return record();
  }

 private:
  const Limits& limits() const { return watch_.launch.command.limits; }

  bool monitor_ended() {
    pollfd wait = wait_for(process_.pidfd());
    return ::poll(&wait, 1, 0) == 1;
  }

  void turn(const std::stop_token& stop) {
    std::array<pollfd, 5> waits{{wait_for(process_.pidfd()), wait_for(stopped_), wait_for(channels_.status),
                                 wait_for(channels_.output), wait_for(channels_.error)}};
    // Once killed, only the end is waited for.
    const auto timeout = killed_ ? kCheckInterval : until_next_check();
    ::poll(waits.data(), waits.size(), static_cast<int>(timeout.count()));
    read_all();
    if (stop.stop_requested()) kill(Outcome::cancelled);
    check_limits();
  }

  Milliseconds until_next_check() const {
    const auto time = SteadyClock::now();
    auto next = std::min(next_check_, meter_.next());
    if (watch_.launch.time_limits == TimeLimits::apply) next = std::min(next, deadline());
    return std::max(Milliseconds(0), std::chrono::ceil<Milliseconds>(next - time));
  }

  SteadyClock::time_point deadline() const { return start_ + Milliseconds(limits().wall_ms); }

  void check_limits() {
    const auto time = SteadyClock::now();
    if (meter_.advance(time) > limits().workspace_bytes) kill(Outcome::workspace_limit);
    const bool timed = watch_.launch.time_limits == TimeLimits::apply;
    if (timed && time >= deadline()) kill(Outcome::wall_limit);
    if (time < next_check_) return;
    next_check_ = time + kCheckInterval;
    const CgroupUsage usage = watch_.cgroup.usage();
    if (usage.memory_kills > 0) kill(Outcome::memory_limit);
    if (timed && usage.user + usage.system >= std::chrono::seconds(limits().cpu_seconds)) kill(Outcome::cpu_limit);
  }

  void kill(Outcome reason) {
    if (killed_) return;
    killed_ = reason;
    kill_tree();
  }

  // The monitor as well: before it has told the first process's number, that one waits for our permission to go on and
  // dies with the monitor (--die-with-parent).
  void kill_tree() {
    if (init_) ::syscall(SYS_pidfd_send_signal, init_.number(), SIGKILL, nullptr, 0);
    process_.signal(SIGKILL);
  }

  void read_all() {
    read_status();
    read_stream(channels_.output, output_);
    read_stream(channels_.error, error_);
  }

  void read_stream(fsops::FileDescriptor& stream, OutputCapture& capture) {
    std::array<char, 65536> buffer;
    for (int i = 0; i < kReadsPerTurn && stream; ++i) {
      const ssize_t count = ::read(stream.number(), buffer.data(), buffer.size());
      if (count < 0) return;
      if (count == 0) {
        stream = fsops::FileDescriptor();
        return;
      }
      const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
      capture.append(bytes);
      if (watch_.launch.on_output) watch_.launch.on_output(bytes);
    }
  }

  void read_status() {
    std::array<char, 4096> buffer;
    while (channels_.status) {
      const ssize_t count = ::read(channels_.status.number(), buffer.data(), buffer.size());
      if (count < 0) return;
      if (count == 0) channels_.status = fsops::FileDescriptor();
      status_.append(buffer.data(), static_cast<std::size_t>(count));
      for (std::size_t end = 0; (end = status_.find('\n')) != std::string::npos; status_.erase(0, end + 1)) {
        take_status(parse_json(status_.substr(0, end), "the status of bubblewrap"));
      }
    }
  }

  void take_status(const json::value& line) {
    const json::object& object = line.as_object();
    if (const json::value* code = object.if_contains("exit-code")) exit_code_ = json::value_to<int>(*code);
    const json::value* child = object.if_contains("child-pid");
    if (child == nullptr) return;
    // The command does not run yet. If the set-up failed meanwhile the number may be another's, but then not a child of
    // ours.
    const pid_t pid = json::value_to<pid_t>(*child);
    fsops::FileDescriptor first(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (first && parent_of(pid) == process_.pid()) init_ = std::move(first);
    channels_.release = fsops::FileDescriptor();
    if (watch_.launch.on_start) watch_.launch.on_start();
  }

  // The first process is reported dead when all others are (zap_pid_ns_processes in the kernel). If its number never
  // was reported, it holds the write ends of all our pipes.
  void wait_for_death() {
    auto give_up = SteadyClock::now() + kDeathDeadline;
    bool dead = false;
    for (;;) {
      read_all();
      const bool pipes_open = channels_.output || channels_.error || channels_.status;
      if (!pipes_open && (dead || !init_)) return;
      if (SteadyClock::now() >= give_up) break;
      std::array<pollfd, 4> waits{{wait_for(dead ? -1 : init_.number()), wait_for(channels_.output),
                                   wait_for(channels_.error), wait_for(channels_.status)}};
      ::poll(waits.data(), waits.size(), static_cast<int>(kCheckInterval.count()));
      if (waits[0].revents == 0) continue;
      dead = true;
      give_up = SteadyClock::now() + kPipeDeadline;
    }
    if (!dead)
      throw Error(ErrorCode::internal, "a sandbox does not die",
                  "A process in it waits for a device or a network disk.");
  }

  ExitRecord record() {
    read_status();
    ExitRecord record;
    record.started_at = started_at_;
    record.tier = watch_.tier;
    record.wall_ms = std::chrono::duration_cast<Milliseconds>(SteadyClock::now() - start_).count();
    const CgroupUsage usage = watch_.cgroup.usage();
    const bool counted = watch_.tier != Tier::rlimit;
    record.user_ms = std::chrono::duration_cast<Milliseconds>(counted ? usage.user : user_).count();
    record.system_ms = std::chrono::duration_cast<Milliseconds>(counted ? usage.system : system_).count();
    record.peak_memory_bytes = usage.peak_memory_bytes;
    record.workspace_bytes = used_bytes(watch_.workspace);
    record.standard_output = output_.finish();
    record.standard_error = error_.finish();
    if (usage.memory_kills > 0) killed_ = Outcome::memory_limit;
    if (!killed_ && !exit_code_) exit_code_ = not_executed(record.standard_error.text);
    if (!killed_ && record.workspace_bytes > limits().workspace_bytes) killed_ = Outcome::workspace_limit;
    set_outcome(record);
    return record;
  }

  void set_outcome(ExitRecord& record) const {
    record.exit_code = killed_ ? kShellSignalBase + SIGKILL : *exit_code_;
    const int above = record.exit_code - kShellSignalBase;
    record.signal = above > 0 && above <= kLastSignal ? above : 0;
    record.outcome = killed_ ? *killed_ : record.signal == 0 ? Outcome::exited : Outcome::signalled;
    // Without a control group the kernel counts the time of each process and says so with this signal.
    if (!killed_ && watch_.tier == Tier::rlimit && record.signal == SIGXCPU) record.outcome = Outcome::cpu_limit;
  }

  // bubblewrap gives no exit code when the command never ran, so what it said is its own: the command cannot be
  // executed (then the code is a shell's), or the sandbox could not be set up.
  static int not_executed(const std::string& reason) {
    constexpr int kNotFound = 127;
    constexpr int kNotExecutable = 126;
    if (reason.starts_with("bwrap: execvp ")) {
      return reason.find("No such file") == std::string::npos ? kNotExecutable : kNotFound;
    }
    throw Error(ErrorCode::sandbox_unavailable,
                fmt::format("the sandbox could not be set up: {}", reason.substr(0, reason.find('\n'))),
                "Run `tenon doctor`: it says what this machine lacks and how to get it.");
  }

  io::Process process_;
  Channels channels_;
  const Watch& watch_;
  OutputCapture output_;
  OutputCapture error_;
  fsops::FileDescriptor stopped_;
  SteadyClock::time_point start_;
  Timestamp started_at_;
  DiskMeter meter_;
  SteadyClock::time_point next_check_ = start_ + kCheckInterval;
  std::string status_;
  fsops::FileDescriptor init_;
  std::chrono::microseconds user_{};
  std::chrono::microseconds system_{};
  std::optional<int> exit_code_;
  std::optional<Outcome> killed_;
  bool ended_ = false;
};

}  // namespace

void become_subreaper() {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) throw system_error("cannot become a subreaper", errno);
}

ExitRecord supervise(io::Process process, Channels channels, const Watch& watch, std::stop_token stop) {
  Supervision supervision(std::move(process), std::move(channels), watch);
  return supervision.run(stop);
}

}  // namespace tenon::sandbox
