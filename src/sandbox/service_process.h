// A sandbox that runs on a thread of its own until it is stopped. The thread starts it as well, because the sandbox
// dies with the thread that started it.
#pragma once

#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "core/guarded.h"
#include "native/fsops/file_descriptor.h"
#include "native/fsops/temporary_directory.h"
#include "sandbox/launcher.h"
#include "sandbox/service.h"

namespace tenon::sandbox {

class ServiceProcess {
 public:
  // Returns when the command begins.
  ServiceProcess(std::shared_ptr<Launcher> launcher, const ServiceCommand& command);
  ~ServiceProcess();
  ServiceProcess(const ServiceProcess&) = delete;
  ServiceProcess& operator=(const ServiceProcess&) = delete;

  const SandboxId& id() const { return id_; }
  const std::filesystem::path& socket() const { return socket_; }
  bool running() const;
  std::optional<ExitRecord> exit_record() const;
  std::string recent_output() const;
  ExitRecord stop();

 private:
  Launch launch_of(const ServiceCommand& command);
  void run(const Launch& launch, std::vector<std::string> argv, std::stop_token stop);

  SandboxId id_ = SandboxId::make();
  std::shared_ptr<Launcher> launcher_;
  std::optional<fsops::TemporaryDirectory> own_directory_;
  std::filesystem::path socket_;
  fsops::FileDescriptor listener_;
  Guarded<std::string> recent_;
  std::promise<void> begun_;
  std::promise<ExitRecord> promised_;
  std::shared_future<ExitRecord> ended_ = promised_.get_future().share();
  std::jthread thread_;  // last: it uses all others
};

}  // namespace tenon::sandbox
