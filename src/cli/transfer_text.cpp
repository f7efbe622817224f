#include "cli/transfer_text.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include <fmt/format.h>

#include "core/json.h"

namespace tenon::cli {
namespace {

constexpr std::string_view kClearLine = "\r\x1b[K";

bool shows_progress() { return detect_terminal(STDERR_FILENO).interactive; }

std::string grouped(std::uint64_t number) {
  std::string text = fmt::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string size_text(std::uint64_t bytes) {
  constexpr double kStep = 1000;
  constexpr std::string_view kUnits[] = {"bytes", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= kStep && unit + 1 < std::size(kUnits); ++unit) value /= kStep;
  return unit == 0 ? fmt::format("{} {}", bytes, kUnits[0]) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

}  // namespace

std::string amount(std::uint64_t files, std::uint64_t bytes) {
  return fmt::format("{} {}, {}", grouped(files), files == 1 ? "file" : "files", size_text(bytes));
}

TransferJson transfer_json(const std::string& path, const fsops::TransferReport& report) {
  TransferJson result{.path = path,
                      .method = {},
                      .snapshot = {},
                      .files = report.files,
                      .directories = report.directories,
                      .links = report.links,
                      .bytes = report.bytes,
                      .stored_files = {},
                      .stored_bytes = {},
                      .left_out = {}};
  for (const fsops::Refusal& refusal : report.left_out) {
    result.left_out.push_back({.path = refusal.path, .reason = refusal.reason});
  }
  return result;
}

void say(const NativeContext& context, const TransferJson& result, const std::string& sentence) {
  end_progress();
  if (context.json) return context.out.write(json::serialize(to_json(result)) + "\n");
  context.out.write(sentence + "\n");
  context.out.flush();
  for (const LeftOut& left_out : result.left_out) {
    std::cerr << fmt::format("left out: {}: {}\n", printable(left_out.path), printable(left_out.reason));
  }
}

fsops::TransferOptions transfer_options(unsigned threads) {
  fsops::TransferOptions options;
  options.threads = threads > 0 ? threads : std::max(std::thread::hardware_concurrency(), 1U);
  if (shows_progress()) {
    options.progress = [](const fsops::TransferProgress& progress) {
      std::cerr << kClearLine << amount(progress.files, progress.bytes) << std::flush;
    };
  }
  return options;
}

void end_progress() {
  if (shows_progress()) std::cerr << kClearLine << std::flush;
}

}  // namespace tenon::cli
