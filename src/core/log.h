// JSON lines, one per event, in a new file for each start. A line carries the time, the level, what happened and the
// ids it happened to ("run", "step", "task", "attempt", "sandbox", "request"), so that each can be followed by `grep`.
// Members whose name or value looks like a secret are replaced before anything is written.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace tenon::log {

namespace json = boost::json;

enum class Level { debug, info, warning, error };

// Opens `<directory>/<program start time>-<pid>.jsonl`. Before it is called lines are dropped. A directory that cannot
// be written to is not fatal: the reason is returned, and lines go on being dropped.
std::string open(const std::filesystem::path& directory, Level level);

void write(Level level, std::string_view event, json::object fields = {});

inline void debug(std::string_view event, json::object fields = {}) { write(Level::debug, event, std::move(fields)); }
inline void info(std::string_view event, json::object fields = {}) { write(Level::info, event, std::move(fields)); }
inline void warning(std::string_view event, json::object fields = {}) {
  write(Level::warning, event, std::move(fields));
}
inline void error(std::string_view event, json::object fields = {}) { write(Level::error, event, std::move(fields)); }

}  // namespace tenon::log
