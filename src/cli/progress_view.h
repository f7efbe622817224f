// Shows the events of a run: as live text on a terminal, as plain lines elsewhere, or as JSON lines.
#pragma once

#include <chrono>
#include <map>
#include <ostream>
#include <string>

#include "cli/terminal.h"
#include "events/timeline.h"

namespace tenon::cli {

enum class Format { text, json };

class ProgressView {
 public:
  ProgressView(std::ostream& out, Terminal terminal, Format format);

  void show(const events::Event& event);

  // Says why a run does not move; once for each reason.
  void standstill(const RunId& run, const std::string& state, const std::string& reason);

  // Redraws the line of what is going on; call it a few times a second. Nothing where no person watches.
  void tick();

  // Removes that line.
  void finish();

 private:
  void line(const std::string& text);
  std::string text_of(const events::Event& event);

  std::ostream& out_;
  Terminal terminal_;
  Format format_;
  std::string stage_;
  std::string standstill_;
  std::map<std::string, std::string> running_;  // task → title
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::size_t frame_ = 0;
  bool drawn_ = false;
};

}  // namespace tenon::cli
