// The one-line files by which the kernel is asked and told things (/proc, /sys/fs/cgroup).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::sandbox {

// Nothing if it cannot be read.
std::optional<std::string> read_control(const std::filesystem::path& file);

// The error number, 0 when it was taken.
int write_control(const std::filesystem::path& file, std::string_view text);

// The number after `key` and a space in lines of "key number"; 0 if there is none. An empty key: the first number.
std::uint64_t number_of(std::string_view text, std::string_view key);

}  // namespace tenon::sandbox
