#include "sandbox/service_process.h"

#include <unistd.h>

#include <fmt/format.h>

#include "core/error.h"
#include "core/unicode.h"
#include "sandbox/forwarder.h"
#include "sandbox/listening_socket.h"

namespace tenon::sandbox {
namespace {

constexpr const char* kProgramInside = "/run/tenon/program";
constexpr std::size_t kRecentBytes = 64U << 10U;

void keep_end(std::string& text, std::string_view bytes) {
  text.append(bytes);
  // Cut only now and then, so that a talkative app does not move the same bytes again and again.
  if (text.size() > 2 * kRecentBytes) text.erase(0, text.size() - kRecentBytes);
}

}  // namespace

ServiceProcess::ServiceProcess(std::shared_ptr<Launcher> launcher, const ServiceCommand& command)
    : launcher_(std::move(launcher)) {
  if (command.port == 0) throw Error(ErrorCode::invalid_argument, "a service has no port");
  if (command.socket_directory.empty()) {
    own_directory_.emplace(launcher_->machine().sockets, "tenon-app-");
  } else {
    std::filesystem::create_directories(command.socket_directory);
  }
  socket_ = (own_directory_ ? own_directory_->path() : command.socket_directory) / "app.sock";
  listener_ = listen_at(socket_);
  Launch launch = launch_of(command);
  std::future<void> begun = begun_.get_future();
  thread_ = std::jthread([this, launch = std::move(launch), argv = command.command.argv](const std::stop_token& stop) {
    run(launch, argv, stop);
  });
  begun.get();
}

ServiceProcess::~ServiceProcess() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Launch ServiceProcess::launch_of(const ServiceCommand& command) {
  Launch launch{
      .command = command.command,
      .id = id_,
      .standard_input = listener_.number(),
      .time_limits = TimeLimits::ignore,
      .on_start =
          [this] {
            listener_ = fsops::FileDescriptor();
            begun_.set_value();
          },
      .on_output = [this](std::string_view bytes) { recent_.with([&](std::string& text) { keep_end(text, bytes); }); }};
  if (own_directory_) launch.temporary.push_back(own_directory_->path());
  launch.command.binds.push_back({.host = launcher_->program(), .inside = kProgramInside, .access = Access::read_only});
  launch.command.argv = {
      kProgramInside, kForwarderCommand, "--listen-fd", "0", "--to", fmt::format("127.0.0.1:{}", command.port), "--"};
  launch.command.argv.insert(launch.command.argv.end(), command.command.argv.begin(), command.command.argv.end());
  return launch;
}

void ServiceProcess::run(const Launch& launch, std::vector<std::string> argv, std::stop_token stop) {
  std::exception_ptr failure;
  ExitRecord record;
  try {
    record = launcher_->run(launch, std::move(stop));
    record.argv = std::move(argv);
  } catch (const std::exception&) {
    failure = std::current_exception();
  }
  // Whoever sees the end sees no socket any more.
  ::unlink(socket_.c_str());
  if (failure)
    promised_.set_exception(failure);
  else
    promised_.set_value(std::move(record));
  // Still held: the command never began.
  if (!listener_) return;
  listener_ = fsops::FileDescriptor();
  if (failure)
    begun_.set_exception(failure);
  else
    begun_.set_value();
}

bool ServiceProcess::running() const { return ended_.wait_for(std::chrono::seconds(0)) != std::future_status::ready; }

std::optional<ExitRecord> ServiceProcess::exit_record() const {
  if (running()) return std::nullopt;
  return ended_.get();
}

std::string ServiceProcess::recent_output() const {
  return recent_.with([](const std::string& text) {
    return readable_text(text.size() > kRecentBytes ? std::string_view(text).substr(text.size() - kRecentBytes) : text);
  });
}

ExitRecord ServiceProcess::stop() {
  thread_.request_stop();
  return ended_.get();
}

Service::Service(std::unique_ptr<ServiceProcess> process) : process_(std::move(process)) {}
Service::~Service() = default;
Service::Service(Service&&) noexcept = default;
Service& Service::operator=(Service&&) noexcept = default;

const SandboxId& Service::id() const { return process_->id(); }
const std::filesystem::path& Service::socket() const { return process_->socket(); }
bool Service::running() const { return process_->running(); }
std::optional<ExitRecord> Service::exit_record() const { return process_->exit_record(); }
std::string Service::recent_output() const { return process_->recent_output(); }
ExitRecord Service::stop() { return process_->stop(); }

}  // namespace tenon::sandbox
