#include "native/fsops/ignore_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "native/fsops/file_descriptor.h"

namespace tenon::fsops {
namespace {

constexpr std::uint64_t kMostBytes = 64ULL << 20U;

std::expected<std::string, int> read_small_file(int directory, const char* name) {
  const FileDescriptor file(::openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file) return std::unexpected(errno);
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) return std::unexpected(errno);
  if (!S_ISREG(status.st_mode)) return std::unexpected(ENOENT);
  if (static_cast<std::uint64_t>(status.st_size) > kMostBytes) return std::unexpected(EFBIG);
  std::string text(static_cast<std::size_t>(status.st_size) + 1, '\0');
  std::size_t used = 0;
  for (;;) {
    const ssize_t count = ::read(file.number(), text.data() + used, text.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(errno);
    used += static_cast<std::size_t>(count);
    if (count == 0 || used == text.size()) break;
  }
  text.resize(used);
  return text;
}

// A link in the place of a file, or a file in the place of a directory, is as good as nothing there.
bool means_absent(int error_number) {
  return error_number == ENOENT || error_number == ELOOP || error_number == ENOTDIR || error_number == ENXIO;
}

// The path after `prefix` in the first line of a file of git; relative ones are below `directory`.
FileDescriptor open_named_directory(int directory, const char* file, std::string_view prefix) {
  const auto text = read_small_file(directory, file);
  if (!text || !text->starts_with(prefix)) return FileDescriptor();
  const std::string path = text->substr(prefix.size(), text->find_first_of("\r\n", prefix.size()) - prefix.size());
  return FileDescriptor(::openat(directory, path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

FileDescriptor open_git_directory(int top) {
  FileDescriptor plain(::openat(top, ".git", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (plain) return plain;
  FileDescriptor linked = open_named_directory(top, ".git", "gitdir: ");
  if (!linked) return linked;
  FileDescriptor common = open_named_directory(linked.number(), "commondir", "");
  return common ? std::move(common) : std::move(linked);
}

IgnoreLevel level_of(int directory, std::string path, LetterCase letter_case) {
  IgnoreLevel level{.directory = std::move(path),
                    .dot_ignore = read_ignore_file(directory, ".ignore", letter_case).value_or(IgnoreRules()),
                    .gitignore = read_ignore_file(directory, ".gitignore", letter_case).value_or(IgnoreRules())};
  struct stat status{};
  level.repository = ::fstatat(directory, ".git", &status, AT_SYMLINK_NOFOLLOW) == 0;
  if (level.repository) level.info_exclude = read_info_exclude(directory, letter_case);
  return level;
}

}  // namespace

std::expected<IgnoreRules, int> read_ignore_file(int directory, const char* name, LetterCase letter_case) {
  const auto text = read_small_file(directory, name);
  if (text) return IgnoreRules::parse(*text, letter_case);
  if (means_absent(text.error())) return IgnoreRules();
  return std::unexpected(text.error());
}

IgnoreRules read_info_exclude(int top, LetterCase letter_case) {
  const FileDescriptor git = open_git_directory(top);
  if (!git) return {};
  return read_ignore_file(git.number(), "info/exclude", letter_case).value_or(IgnoreRules());
}

IgnoreStack stack_above(const std::filesystem::path& root, IgnoreStack base, LetterCase letter_case) {
  std::vector<std::filesystem::path> above;
  for (std::filesystem::path at = root; at != at.parent_path();) {
    at = at.parent_path();
    above.push_back(at);
  }
  IgnoreStack stack = std::move(base);
  for (auto at = above.rbegin(); at != above.rend(); ++at) {
    const FileDescriptor directory(::open(at->c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!directory) continue;
    IgnoreLevel level = level_of(directory.number(), at->string().substr(1), letter_case);
    if (level.repository || !level.gitignore.empty() || !level.dot_ignore.empty()) stack = stack.with(std::move(level));
  }
  return stack;
}

}  // namespace tenon::fsops
