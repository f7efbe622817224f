#include "git/submodule_file.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "native/fsops/workspace_path.h"

namespace tenon::git {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_plain(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F || c == '"' || c == '\\' || c == '#' || c == ';';
  });
}

// A value may stand in quotes. Escapes, comments behind it and lines that go on are not needed and read differently by
// different programs.
std::optional<std::string_view> value_of(std::string_view text) {
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
  return is_plain(text) ? std::optional(text) : std::nullopt;
}

std::optional<std::string> fault_of_name(std::string_view name) {
  if (name.empty() || !is_plain(name)) return "a submodule's name is not plain";
  if (!fsops::WorkspacePath::check(name)) return fmt::format("the submodule name {} is not safe as a path", name);
  return std::nullopt;
}

std::optional<std::string> fault_of_url(std::string_view url) {
  constexpr std::string_view kSchemes[] = {"https://", "ssh://", "git+ssh://"};
  if (url.starts_with("./") || url.starts_with("../")) return std::nullopt;
  const bool encoded = url.find("%0") != std::string_view::npos || url.find("%1") != std::string_view::npos;
  if (encoded) return "a submodule's URL holds a control character";
  if (std::ranges::any_of(kSchemes, [&](std::string_view scheme) { return url.starts_with(scheme); })) {
    const std::string_view host = url.substr(url.find("://") + 3);
    if (!host.empty() && !host.starts_with('-')) return std::nullopt;
  }
  // user@host:path, as ssh has it; `transport::address` runs a program.
  const std::size_t colon = url.find(':');
  const std::size_t at = url.find('@');
  const bool like_ssh = at != std::string_view::npos && at > 0 && colon != std::string_view::npos && at < colon &&
                        url.find('/') > colon && !url.substr(colon + 1).starts_with(':') && !url.starts_with('-') &&
                        !url.substr(at + 1).starts_with('-');
  if (like_ssh) return std::nullopt;
  return fmt::format("the submodule URL {} is none of https, ssh or a relative path", fsops::printable(url));
}

std::optional<std::string> fault_of_field(std::string_view key, std::string_view value) {
  if (key == "url") return fault_of_url(value);
  if (key == "path" && (value.starts_with('-') || !fsops::WorkspacePath::check(value))) {
    return fmt::format("the submodule path {} leads elsewhere", fsops::printable(value));
  }
  if (key == "update" && value.starts_with('!')) return "a submodule would run a command when it is updated";
  return std::nullopt;
}

class Linter {
 public:
  std::optional<std::string> read_line(std::string_view line) {
    line = trimmed(line);
    if (line.empty() || line.starts_with('#') || line.starts_with(';')) return std::nullopt;
    if (line.starts_with('[')) return read_section(line);
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::optional<std::string_view> value = value_of(trimmed(line.substr(equals + 1)));
    if (!value) return fmt::format("it is not written plainly: {}", fsops::printable(line));
    return fault_of_field(fsops::case_folded(trimmed(line.substr(0, equals))), *value);
  }

  // Sorted by their components, a name stands directly before those that lie in it.
  std::optional<std::string> nested_names() const {
    for (const std::string& name : names_) {
      const auto below = names_.lower_bound(name + "/");
      if (below != names_.end() && below->starts_with(name + "/")) {
        return fmt::format("the submodule {} lies in the submodule {}", *below, name);
      }
    }
    return std::nullopt;
  }

 private:
  std::optional<std::string> read_section(std::string_view line) {
    constexpr std::string_view kStart = "[submodule \"";
    constexpr std::string_view kEnd = "\"]";
    if (!line.starts_with(kStart) || !line.ends_with(kEnd) || line.size() < kStart.size() + kEnd.size()) {
      return fmt::format("it is not written plainly: {}", fsops::printable(line));
    }
    const std::string_view name = line.substr(kStart.size(), line.size() - kStart.size() - kEnd.size());
    names_.insert(fsops::case_folded(name));
    return fault_of_name(name);
  }

  std::set<std::string> names_;
};

}  // namespace

bool looks_like_submodule_file(std::string_view name) {
  // As for `.git`: the guard has refused invisible characters and `::$`; case, dots and spaces at the end remain, and
  // the short names that NTFS makes.
  std::string folded = fsops::case_folded(name);
  folded.resize(folded.find_last_not_of(". ") + 1);
  folded = folded.substr(0, folded.find(':'));
  if (folded == ".gitmodules") return true;
  for (const std::string_view start : {"gitmod~", "gi7eba~", "gi7d29~"}) {
    if (folded.starts_with(start)) return true;
  }
  return false;
}

std::optional<std::string> fault_of_submodule_file(std::string_view content) {
  Linter linter;
  while (!content.empty()) {
    const std::size_t end = std::min(content.find('\n'), content.size());
    std::string_view line = content.substr(0, end);
    content.remove_prefix(std::min(end + 1, content.size()));
    if (std::optional<std::string> fault = linter.read_line(line)) return fault;
  }
  return linter.nested_names();
}

}  // namespace tenon::git
