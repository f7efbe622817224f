#include "cli/progress_view.h"

#include <fmt/format.h>

#include "delivery/progress.h"

namespace tenon::cli {
namespace {

using namespace tenon::delivery;

template <class Payload>
std::optional<Payload> as(const events::Event& event) {
  if (event.kind != Payload::kEvent) return std::nullopt;
  return from_json<Payload>(event.payload, event.kind);
}

std::string title_of(Stage stage) {
  switch (stage) {
    case Stage::PLANNING:
      return "Planning";
    case Stage::DESIGN:
      return "Design";
    case Stage::BUILD:
      return "Build";
    case Stage::TEST:
      return "Test";
    case Stage::REVIEW:
      return "Review";
    case Stage::DEPLOY:
      return "Release";
    case Stage::MONITOR:
      return "Confirm";
    case Stage::DONE:
      return "Done";
    case Stage::NEW:
    case Stage::FAILED:
    case Stage::CANCELLED:
      break;
  }
  return boost::describe::enum_to_string(stage, "");
}

}  // namespace

ProgressView::ProgressView(std::ostream& out, Terminal terminal, Format format)
    : out_(out), terminal_(terminal), format_(format) {}

void ProgressView::show(const events::Event& event) {
  if (format_ == Format::json) {
    json::object object{{"run", event.run_id.text},
                        {"sequence", event.sequence},
                        {"time", to_rfc3339(event.created_at)},
                        {"event", event.kind}};
    for (const auto& member : event.payload.get_object()) object.insert_or_assign(member.key(), member.value());
    out_ << json::serialize(object) << '\n' << std::flush;
    return;
  }
  if (const std::string text = text_of(event); !text.empty()) line(text);
}

void ProgressView::standstill(const RunId& run, const std::string& state, const std::string& reason) {
  if (reason == standstill_) return;
  standstill_ = reason;
  if (reason.empty()) return;
  if (format_ == Format::json) {
    const json::object object{{"run", run.text}, {"event", "run." + state}, {"reason", reason}};
    out_ << json::serialize(object) << '\n' << std::flush;
  } else {
    line("  " + terminal_.styled(Style::note, reason));
  }
}

std::string ProgressView::text_of(const events::Event& event) {
  const std::string good = terminal_.styled(Style::good, terminal_.colour ? "✓" : "ok");
  const std::string bad = terminal_.styled(Style::bad, terminal_.colour ? "✗" : "FAILED");
  const auto mark = [&](bool passed) { return passed ? good : bad; };
  const auto time = [&](std::int64_t milliseconds) {
    return terminal_.styled(Style::dim, human_duration(Milliseconds(milliseconds)));
  };

  if (const auto entered = as<StageEntered>(event)) {
    stage_ = title_of(entered->stage);
    return entered->stage == Stage::DONE ? "" : terminal_.styled(Style::bold, stage_);
  }
  if (const auto brief = as<BriefWritten>(event)) {
    std::string text = fmt::format("  {} {}: {} with {}, {} requirements, {} assertions", good, printable(brief->title),
                                   printable(brief->domain), brief->stack, brief->requirements, brief->assertions);
    for (const std::string& assumed : brief->assumed)
      text += "\n    " + terminal_.styled(Style::dim, "assumed: " + printable(assumed));
    for (const std::string& wish : brief->out_of_scope)
      text += "\n    " + terminal_.styled(Style::note, "not possible: " + printable(wish));
    return text;
  }
  if (const auto plan = as<PlanWritten>(event)) return fmt::format("  {} {} tasks planned", good, plan->tasks);
  if (const auto task = as<TaskStarted>(event)) {
    running_[task->task] = task->title;
    return "";
  }
  if (const auto task = as<TaskFinished>(event)) {
    running_.erase(task->task);
    return fmt::format("  {} {}  {}  {}", good, task->title, time(task->milliseconds),
                       terminal_.styled(Style::dim, task->commit.substr(0, 8)));
  }
  if (const auto tests = as<TestsFinished>(event)) {
    const std::string covered =
        tests->coverage_percent > 0 ? fmt::format(", {:.1f} % of lines covered", tests->coverage_percent) : "";
    return fmt::format("  {} own tests: {} passed, {} failed, {} skipped{}  {}", mark(tests->failed == 0),
                       tests->passed, tests->failed, tests->skipped, covered, time(tests->milliseconds));
  }
  if (const auto checks = as<ChecksFinished>(event)) {
    std::string text =
        fmt::format("  {} assertions over HTTP: {} passed, {} failed, {} requests  {}", mark(checks->failed == 0),
                    checks->passed, checks->failed, checks->requests, time(checks->milliseconds));
    for (const std::string& failure : checks->failures) text += "\n      " + shortened(printable(failure), 400);
    return text;
  }
  if (const auto attacks = as<AttacksFinished>(event)) {
    std::string text =
        fmt::format("  {} attacks: {} withstood, {} succeeded, {} not applicable  {}", mark(attacks->succeeded == 0),
                    attacks->withstood, attacks->succeeded, attacks->not_applicable, time(attacks->milliseconds));
    for (const std::string& finding : attacks->findings) text += "\n      " + shortened(printable(finding), 400);
    return text;
  }
  if (const auto review = as<ReviewFinished>(event)) {
    std::string text = fmt::format("  {} {} files reviewed, {} findings", good, review->files, review->findings.size());
    for (const std::string& finding : review->findings) text += "\n      " + shortened(printable(finding), 200);
    return text;
  }
  if (const auto released = as<Released>(event)) {
    return fmt::format("  {} version {} in {}, commit {}", good, released->version, released->environment,
                       released->commit.substr(0, 12));
  }
  if (const auto ended = as<DeliveryEnded>(event)) {
    if (ended->stage == Stage::DONE) return "";
    return fmt::format("{} {}: {}", bad, title_of(ended->stage), printable(ended->reason));
  }
  return "";
}

void ProgressView::tick() {
  if (format_ != Format::text || !terminal_.interactive) return;
  static constexpr const char* kFrames[] = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  std::string what = stage_;
  for (const auto& [task, title] : running_) what += " · " + title;
  const auto elapsed = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - started_);
  const std::string text =
      fmt::format("{} {}  {}", kFrames[frame_++ % std::size(kFrames)], what, human_duration(elapsed));
  out_ << "\r\x1b[2K" << terminal_.styled(Style::note, shortened(text, terminal_.width - 1)) << std::flush;
  drawn_ = true;
}

void ProgressView::finish() {
  if (!drawn_) return;
  out_ << "\r\x1b[2K" << std::flush;
  drawn_ = false;
}

void ProgressView::line(const std::string& text) {
  finish();
  out_ << text << '\n' << std::flush;
}

}  // namespace tenon::cli
