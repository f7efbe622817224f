#include "native/index/tree/watched_files.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

namespace tenon::index {
namespace {

constexpr std::string_view kRepository = ".git";
constexpr std::array<std::string_view, 3> kNames = {".gitignore", ".ignore", kRepository};
constexpr std::string_view kExclude = ".git/info/exclude";

bool is_repository(std::string_view path) { return path == kRepository || path.ends_with("/.git"); }

// A repository's mark is that it is there: its directory changes with every commit.
FileStamp watched_stamp(int root, const std::string& path) {
  if (is_repository(path)) {
    for (const FileKind kind : {FileKind::directory, FileKind::regular}) {
      if (const auto stamp = stamp_of(root, path.c_str(), kind)) return {.inode = stamp->inode};
    }
    return {};
  }
  return stamp_of(root, path.c_str(), FileKind::regular).value_or(FileStamp{});
}

void add_if_there(PathList& list, int root, const std::string& path) {
  const FileStamp stamp = watched_stamp(root, path);
  if (stamp != FileStamp{}) list.add(path, stamp);
}

void add_directory(PathList& list, int root, std::string_view directory) {
  const std::string prefix = directory.empty() ? std::string() : fmt::format("{}/", directory);
  for (const std::string_view name : kNames) {
    const std::string path = fmt::format("{}{}", prefix, name);
    add_if_there(list, root, path);
    if (name == kRepository) add_if_there(list, root, fmt::format("{}{}", prefix, kExclude));
  }
}

}  // namespace

PathList watched_files(const std::filesystem::path& root, int descriptor, std::span<const std::string_view> directories,
                       const std::filesystem::path& global_excludes) {
  PathList list;
  const auto add = [&](const std::string& path) { list.add(path, watched_stamp(descriptor, path)); };
  if (!global_excludes.empty()) add(global_excludes.string());
  std::filesystem::path above = root;
  while (above.has_relative_path()) {
    above = above.parent_path();
    for (const std::string_view name : kNames) add((above / name).string());
    add((above / kExclude).string());
  }
  add_directory(list, descriptor, "");
  if (list.size() == 0 || list.path(list.size() - 1) != kExclude) add(std::string(kExclude));
  for (const std::string_view directory : directories) add_directory(list, descriptor, directory);
  return list;
}

bool unchanged(int root, const PathList& watched) {
  std::string path;
  for (std::size_t i = 0; i < watched.size(); ++i) {
    path = watched.path(i);
    if (watched_stamp(root, path) != watched.stamps[i]) return false;
  }
  return true;
}

bool is_watched_name(std::string_view name) {
  return std::ranges::find(kNames, name) != kNames.end() || name == "exclude";
}

}  // namespace tenon::index
