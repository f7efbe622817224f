#include "native/fsops/seen_files.h"

#include <array>
#include <charconv>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "core/digest.h"

namespace tenon::fsops {
namespace {

// The head line carries the digest of all that follows.
std::string head_of(std::string_view body) { return "tenon-seen 1 " + sha256(body).text + "\n"; }

bool same(const timespec& one, const timespec& other) {
  return one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec;
}

// Kernels stamp files by a clock that moves every 1 to 10 ms; a file system without fractions of seconds, every 1 or 2
// seconds.
bool is_settled(const timespec& changed, const timespec& read_from) {
  constexpr std::int64_t kTick = 20'000'000;
  constexpr std::int64_t kCoarse = 2'500'000'000;
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t age = (read_from.tv_sec - changed.tv_sec) * kSecond + (read_from.tv_nsec - changed.tv_nsec);
  return age > (changed.tv_nsec == 0 ? kCoarse : kTick);
}

// Seven numbers, the digest and the path, which may hold spaces.
constexpr std::size_t kNumbers = 6;

std::optional<std::array<std::int64_t, kNumbers>> take_numbers(std::string_view& line) {
  std::array<std::int64_t, kNumbers> numbers{};
  for (std::int64_t& number : numbers) {
    const auto [end, failed] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (failed != std::errc() || end == line.data() + line.size()) return std::nullopt;
    line.remove_prefix(static_cast<std::size_t>(end - line.data()) + 1);
  }
  return numbers;
}

}  // namespace

SeenFiles::State SeenFiles::state_of(const struct stat& status) {
  return {.inode = status.st_ino,
          .size = status.st_size,
          .modified = status.st_mtim,
          .changed = status.st_ctim,
          .digest = {}};
}

SeenFiles SeenFiles::parse(std::string_view bytes) {
  SeenFiles seen;
  const std::size_t head = std::min(bytes.find('\n'), bytes.size() - std::min<std::size_t>(bytes.size(), 1)) + 1;
  std::string_view body = bytes.substr(std::min(head, bytes.size()));
  if (bytes.substr(0, head) != head_of(body)) return seen;
  while (!body.empty()) {
    std::string_view entry = body.substr(0, body.find('\0'));
    body.remove_prefix(std::min(entry.size() + 1, body.size()));
    const auto numbers = take_numbers(entry);
    const std::size_t space = entry.find(' ');
    if (!numbers || space == std::string_view::npos) return {};
    const auto& [inode, size, seconds, nanoseconds, changed_seconds, changed_nanoseconds] = *numbers;
    seen.files_[std::string(entry.substr(space + 1))] = {
        .inode = static_cast<std::uint64_t>(inode),
        .size = size,
        .modified = {.tv_sec = seconds, .tv_nsec = nanoseconds},
        .changed = {.tv_sec = changed_seconds, .tv_nsec = changed_nanoseconds},
        .digest = std::string(entry.substr(0, space))};
  }
  return seen;
}

std::optional<std::string> SeenFiles::digest(const std::string& path, const struct stat& status) const {
  const auto found = files_.find(path);
  if (found == files_.end()) return std::nullopt;
  const State& state = found->second;
  const bool unchanged = state.inode == status.st_ino && state.size == status.st_size &&
                         same(state.modified, status.st_mtim) && same(state.changed, status.st_ctim);
  if (!unchanged) return std::nullopt;
  return state.digest;
}

void SeenFiles::add(const std::string& path, const struct stat& status, const std::string& digest,
                    const timespec& read_from) {
  if (!is_settled(status.st_ctim, read_from) || !is_settled(status.st_mtim, read_from)) return;
  State state = state_of(status);
  state.digest = digest;
  files_[path] = std::move(state);
}

std::string SeenFiles::bytes() const {
  std::string body;
  for (const auto& [path, state] : files_) {
    fmt::format_to(std::back_inserter(body), "{} {} {} {} {} {} {} ", static_cast<std::int64_t>(state.inode),
                   state.size, state.modified.tv_sec, state.modified.tv_nsec, state.changed.tv_sec,
                   state.changed.tv_nsec, state.digest);
    body.append(path).push_back('\0');
  }
  return head_of(body) + body;
}

}  // namespace tenon::fsops
