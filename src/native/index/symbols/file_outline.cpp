#include "native/index/symbols/file_outline.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "native/fsops/file_descriptor.h"

namespace tenon::index {
namespace {

std::string known_languages() {
  std::string names;
  for (const Grammar grammar : kGrammars) names += fmt::format("{}{}", names.empty() ? "" : ", ", title(grammar));
  return names;
}

}  // namespace

OpenedFile open_for_outline(const std::filesystem::path& file, const ParseLimits& limits) {
  const auto grammar = grammar_of(file.string());
  const fsops::FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!opened) throw system_error(file.string(), errno);
  struct stat status{};
  if (::fstat(opened.number(), &status) != 0) throw system_error(file.string(), errno);
  if (!S_ISREG(status.st_mode)) throw Error(ErrorCode::invalid_argument, fmt::format("{} is no file", file.string()));
  if (!grammar) {
    throw Error(ErrorCode::unsupported, fmt::format("{} is in no language that has an outline", file.string()),
                "There are: " + known_languages() + ".");
  }
  if (static_cast<std::uint64_t>(status.st_size) > limits.bytes) {
    throw Error(ErrorCode::quota_exceeded, fmt::format("{} has {} bytes, more than the {} that are parsed",
                                                       file.string(), status.st_size, limits.bytes));
  }
  OpenedFile found{.text = std::string(static_cast<std::size_t>(status.st_size), '\0'), .grammar = *grammar};
  std::size_t used = 0;
  while (used < found.text.size()) {
    const ssize_t count = ::read(opened.number(), found.text.data() + used, found.text.size() - used);
    if (count < 0) throw system_error(file.string(), errno);
    if (count == 0) break;
    used += static_cast<std::size_t>(count);
  }
  found.text.resize(used);
  return found;
}

}  // namespace tenon::index
