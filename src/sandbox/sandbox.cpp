#include "sandbox/sandbox.h"

#include "sandbox/launcher.h"
#include "sandbox/machine_probe.h"
#include "sandbox/service_process.h"

namespace tenon::sandbox {

Sandbox::Sandbox(const Settings& settings, std::filesystem::path program, Machine machine)
    : launcher_(std::make_shared<Launcher>(settings, std::move(program), std::move(machine))) {
  reap_leftovers();
}

Sandbox::~Sandbox() = default;

ExitRecord Sandbox::run(const Command& command, std::stop_token stop) {
  launcher_->require_tier();
  return launcher_->run({.command = command, .id = SandboxId::make()}, std::move(stop));
}

Service Sandbox::start(const ServiceCommand& command) {
  launcher_->require_tier();
  return Service(std::make_unique<ServiceProcess>(launcher_, command));
}

const Probe& Sandbox::probe() {
  std::call_once(probed_, [this] { probe_ = probe_machine(*launcher_); });
  return probe_;
}

std::size_t Sandbox::reap_leftovers() { return launcher_->reap_leftovers(); }

}  // namespace tenon::sandbox
