// Process settings. They come from the environment (TENON_<NAME>) and nowhere else; `.env.example` lists them all.
// An unknown TENON_ variable or a malformed value stops the start with a clear message.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tenon {

struct Settings {
  std::filesystem::path data;   // database, repositories, previews
  std::filesystem::path share;  // golden paths and other knowledge
  std::filesystem::path log_directory;
  std::string log_level;    // debug, info, warning or error
  std::string tenant;       // the tenant of the local user
  std::string nats_url;     // servers that carry wake-ups between processes (core/nats_url.h); empty: none
  std::string author_name;  // author of commits; empty: from the user's git configuration
  std::string author_email;
  std::uint32_t event_threads = 0;      // threads of the event loop
  std::uint32_t blocking_threads = 0;   // threads for SQL, files, processes
  std::uint32_t parallel_tasks = 0;     // tasks of a plan built at the same time
  std::uint32_t parallel_runs = 0;      // runs held at the same time; parked ones do not count
  std::uint64_t run_payload_bytes = 0;  // of an input, a result, a signal
  std::uint32_t run_rescues = 0;        // a run that lost more workers without progress is dead
  std::uint32_t worker_lease_seconds = 0;
  std::uint32_t worker_drain_seconds = 0;
  std::string sandbox_tier;            // weakest acceptable: cgroup2, cgroup1 or rlimit
  std::uint32_t sandbox_uid_base = 0;  // first of the private uids used when started as root
  std::uint32_t sandbox_uid_count = 0;
  std::uint32_t sandbox_wall_seconds = 0;
  std::uint32_t sandbox_cpu_seconds = 0;
  std::uint64_t sandbox_memory_bytes = 0;
  std::uint32_t sandbox_processes = 0;
  std::uint64_t sandbox_file_bytes = 0;
  std::uint64_t sandbox_workspace_bytes = 0;
  std::uint64_t sandbox_output_bytes = 0;
  std::string preview_host;
  std::uint16_t preview_port = 0;   // 0: any free port
  std::uint32_t start_seconds = 0;  // how long an app may take until its health check passes
  std::string python;               // interpreter of generated Python apps
};

// Name of the environment variable, default as text, and meaning; in the order of Settings.
struct SettingInfo {
  std::string variable;
  std::string fallback;
  std::string meaning;
};
const std::vector<SettingInfo>& setting_infos();

using Environment = std::map<std::string, std::string>;
Environment process_environment();

// `program` is the path of the running executable; the knowledge directory is looked for beside it.
Settings read_settings(const Environment& environment, const std::filesystem::path& program);

// Variable and effective value, for `tenon config`.
std::vector<std::pair<std::string, std::string>> effective(const Settings& settings);

}  // namespace tenon
