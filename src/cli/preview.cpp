#include "cli/preview.h"

#include "core/log.h"

namespace tenon::cli {
namespace {

delivery::Release released(Records& records, const delivery::Project& project) {
  const auto release = records.database->read_blocking([&](store::Transaction& tx) {
    return delivery::current_release(tx, records.tenant, project.project_id, delivery::kPreview);
  });
  if (!release)
    throw Error(ErrorCode::not_found, fmt::format("the project {} has no release yet", project.slug),
                "`tenon resume` finishes an interrupted build.");
  return *release;
}

const agents::Stack& stack_of(Records& records, Workshop& workshop, const RunId& run) {
  const auto artifact = records.database->read_blocking(
      [&](store::Transaction& tx) { return delivery::artifact_of_run(tx, records.tenant, run, "brief"); });
  if (!artifact) throw Error(ErrorCode::data_corrupted, fmt::format("the brief of run {} is missing", run.text));
  const auto brief = from_json<agents::Brief>(parse_json(artifact->content, "the stored brief"));
  return agents::stack_named(workshop.knowledge, brief.stack);
}

}  // namespace

Preview::Preview(Records& records, Workshop& workshop, const delivery::Project& project,
                 std::optional<std::uint16_t> port)
    : records_(records),
      stage_(workshop.services, project.slug, delivery::kPreview),
      release_(released(records, project)),
      stack_(&stack_of(records, workshop, release_.run_id)),
      port_(port.value_or(records.settings.preview_port)) {
  start();
}

Preview::~Preview() {
  if (forward_) forward_->stop();
}

void Preview::start() {
  forward_.reset();
  service_.reset();
  service_.emplace(records_.runtime.run(stage_.start(release_.commit_id, *stack_)));
  forward_.emplace(sandbox::Endpoint{.host = records_.settings.preview_host, .port = port_}, service_->socket());
  port_ = forward_->start();
  const bool v6 = records_.settings.preview_host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + records_.settings.preview_host + "]" : records_.settings.preview_host;
  url_ = fmt::format("http://{}:{}/", host, port_);
  log::info("preview", {{"url", url_}, {"commit", release_.commit_id}, {"sandbox", service_->id().text}});
}

void Preview::announce(std::ostream& out, const Terminal& terminal) const {
  out << fmt::format("Serving     {}\n", terminal.styled(Style::bold, url_));
  if (stack_->kind != agents::kStatic) {
    const delivery::EnvironmentSecrets secrets = stage_.secrets();
    out << fmt::format("Sign in     {}  password {}\n", secrets.admin_email, secrets.admin_password);
  }
  out << terminal.styled(Style::dim, "Ctrl-C stops it; `tenon preview` serves it again.") << '\n' << std::flush;
}

void Preview::serve(const Interruption& interruption) {
  constexpr int kRestarts = 3;
  constexpr Milliseconds kLook{100};
  int restarts = 0;
  while (!interruption.requested()) {
    std::this_thread::sleep_for(kLook);
    if (service_->running()) continue;
    const std::string words = service_->recent_output();
    if (restarts++ == kRestarts)
      throw Error(ErrorCode::unavailable, "the app ends again and again", "Its last words: " + words);
    log::warning("app ended", {{"output", words}});
    start();
  }
}

}  // namespace tenon::cli
