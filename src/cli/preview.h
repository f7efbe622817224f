// Serves the released version of a project on a port of this machine until it is told to stop.
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "cli/interruption.h"
#include "cli/records.h"
#include "cli/terminal.h"
#include "delivery/release_stage.h"
#include "sandbox/port_forward.h"

namespace tenon::cli {

class Preview final {
 public:
  // Starts the app and listens; when this returns the URL answers. Throws not_found (nothing released), conflict (port
  // taken), unavailable (the app does not start).
  Preview(Records& records, Workshop& workshop, const delivery::Project& project, std::optional<std::uint16_t> port);
  ~Preview();
  Preview(const Preview&) = delete;
  Preview& operator=(const Preview&) = delete;

  const std::string& url() const { return url_; }
  void announce(std::ostream& out, const Terminal& terminal) const;

  // Returns after an interruption. An app that ends by itself is started again, up to three times.
  void serve(const Interruption& interruption);

 private:
  void start();

  Records& records_;
  delivery::ReleaseStage stage_;
  delivery::Release release_;
  const agents::Stack* stack_;
  std::uint16_t port_;
  std::optional<sandbox::Service> service_;
  std::optional<sandbox::PortForward> forward_;
  std::string url_;
};

}  // namespace tenon::cli
