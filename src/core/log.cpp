#include "core/log.h"

#include <unistd.h>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include "core/redact.h"
#include "core/time.h"

namespace tenon::log {
namespace {

std::shared_ptr<spdlog::logger>& sink() {
  static std::shared_ptr<spdlog::logger> logger;
  return logger;
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string_view name(Level level) {
  constexpr std::string_view kNames[] = {"debug", "info", "warning", "error"};
  return kNames[static_cast<std::size_t>(level)];
}

}  // namespace

std::string open(const std::filesystem::path& directory, Level level) {
  try {
    const std::string file = fmt::format("{:%Y%m%dT%H%M%S}-{}.jsonl", fmt::gmtime(std::time(nullptr)), ::getpid());
    auto logger = std::make_shared<spdlog::logger>(
        "tenon", std::make_shared<spdlog::sinks::basic_file_sink_mt>((directory / file).string()));
    logger->set_pattern("%v");
    logger->set_level(spdlog_level(level));
    logger->flush_on(spdlog::level::debug);
    logger->set_error_handler([](const std::string&) {});
    sink() = std::move(logger);
    return {};
  } catch (const spdlog::spdlog_ex& failure) {
    return failure.what();
  }
}

void write(Level level, std::string_view event, json::object fields) {
  const auto& logger = sink();
  if (!logger || !logger->should_log(spdlog_level(level))) return;
  json::object line{{"time", to_rfc3339(now())}, {"level", name(level)}, {"event", event}};
  for (auto& field : fields) line.insert_or_assign(field.key(), redacted(field.key(), std::move(field.value())));
  logger->log(spdlog_level(level), json::serialize(line));
}

}  // namespace tenon::log
