// Trees for tests, and what there is to know of a tree as text, so that two can be compared in one line.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <fmt/format.h>

namespace tenon::fsops {

inline void write_file(const std::filesystem::path& file, std::string_view bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

inline std::string file_content(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

inline void set_time(const std::filesystem::path& path, time_t seconds, long nanoseconds) {
  const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, {.tv_sec = seconds, .tv_nsec = nanoseconds}};
  ::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW);
}

// One line a name: kind, mode, owner, time, and content, link text, or the first name of the same file.
inline std::map<std::string, std::string> tree_facts(const std::filesystem::path& root) {
  std::map<std::string, std::string> facts;
  const auto fact = [](const std::filesystem::path& path, const struct stat& status) {
    std::string text = fmt::format("{:o} {}:{} {}.{:09}", status.st_mode, status.st_uid, status.st_gid,
                                   status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
    if (S_ISLNK(status.st_mode)) text += " -> " + std::filesystem::read_symlink(path).string();
    if (S_ISREG(status.st_mode)) text += " " + file_content(path);
    return text;
  };
  std::map<ino_t, std::string> first_names;
  std::map<std::string, ino_t> inodes;
  struct stat status{};
  ::lstat(root.c_str(), &status);
  facts["."] = fact(root, status);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    ::lstat(entry.path().c_str(), &status);
    const std::string name = entry.path().lexically_relative(root).string();
    facts[name] = fact(entry.path(), status);
    if (S_ISREG(status.st_mode) && status.st_nlink > 1) inodes[name] = status.st_ino;
  }
  for (const auto& [name, inode] : inodes) {
    facts[name] += " same as " + first_names.try_emplace(inode, name).first->second;
  }
  return facts;
}

// Everything that a clone has to keep.
inline void make_odd_tree(const std::filesystem::path& root) {
  write_file(root / "app/main.py", "print('x')\n");
  write_file(root / "app/empty", "");
  write_file(root / "bin/run", "#!/bin/sh\n");
  write_file(root / ".git/config", "[core]\n");
  write_file(root / "new\nline \xff\x1b[2J", "odd name");
  write_file(root / "-rf", "x");
  write_file(root / "locked/file", "x");
  std::filesystem::create_directories(root / "empty/below");
  std::filesystem::create_symlink("../app/main.py", root / "bin/link");
  std::filesystem::create_symlink("/nowhere/at all", root / "dangling");
  ::chmod((root / "bin/run").c_str(), 0751);
  ::chmod((root / "app/main.py").c_str(), 0440);
  ::chmod((root / "empty").c_str(), 01777);
  for (int i = 0; i < 200; ++i)
    write_file(root / fmt::format("many/{}/file{}", i % 7, i), std::string(100 * static_cast<std::size_t>(i), 'a'));
  set_time(root / "app/main.py", 1'000'000'000, 123'456'789);
  set_time(root / "bin/link", 1'100'000'000, 1);
  set_time(root / "many/3", 1'200'000'000, 999'999'999);
  ::chmod((root / "locked").c_str(), 0555);
  set_time(root, 900'000'000, 5);
}

}  // namespace tenon::fsops
