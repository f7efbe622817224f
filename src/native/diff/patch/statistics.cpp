#include "native/diff/patch/statistics.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "native/diff/patch/quoted_name.h"

namespace tenon::diff::patch {
namespace {

constexpr std::uint64_t kWidestName = 50;
constexpr std::uint64_t kWidestLine = 70;  // name and bar

struct Widths {
  std::uint64_t name = 0;
  std::uint64_t change = 0;  // lines of the file that changes most
};

Widths widths_of(const Patch& patch) {
  Widths widths;
  for (const FilePatch& file : patch.files) {
    widths.change = std::max(widths.change, file.added() + file.removed());
    for (const std::optional<std::string>& name : {file.old_name, file.new_name}) {
      if (name) widths.name = std::max<std::uint64_t>(widths.name, quoted_name(*name).size());
    }
  }
  widths.name = std::min(widths.name, kWidestName);
  return widths;
}

// A long name loses its beginning, at a slash if there is one.
std::string shortened(std::string name, std::uint64_t width) {
  constexpr std::string_view kDots = "...";
  if (name.size() <= width) return name;
  const std::size_t cut = name.size() + kDots.size() - width;
  const std::size_t slash = name.find('/', cut);
  return std::string(kDots) + name.substr(slash == std::string::npos ? cut : slash);
}

std::string stat_line(const FilePatch& file, const Widths& widths) {
  const std::string name = shortened(quoted_name(file.name()), widths.name);
  if (file.binary) return fmt::format(" {:<{}} |  Bin\n", name, widths.name);
  const std::uint64_t room = widths.name + widths.change > kWidestLine ? kWidestLine - widths.name : widths.change;
  const auto scaled = [&](std::uint64_t lines) {
    return widths.change == 0 ? lines : (lines * room + widths.change / 2) / widths.change;
  };
  const std::uint64_t both = scaled(file.added() + file.removed());
  const std::uint64_t plus = scaled(file.added());
  return fmt::format(" {:<{}} |{:5} {}{}\n", name, widths.name, file.added() + file.removed(), std::string(plus, '+'),
                     std::string(both - std::min(plus, both), '-'));
}

std::string plural(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string total_line(const Patch& patch) {
  std::uint64_t added = 0;
  std::uint64_t removed = 0;
  for (const FilePatch& file : patch.files) {
    added += file.added();
    removed += file.removed();
  }
  std::string text = " " + plural(patch.files.size(), "file changed", "files changed");
  if (patch.files.empty()) return text + "\n";
  if (added > 0 || removed == 0) text += ", " + plural(added, "insertion(+)", "insertions(+)");
  if (removed > 0 || added == 0) text += ", " + plural(removed, "deletion(-)", "deletions(-)");
  return text + "\n";
}

std::string mode_change(const FilePatch& file, std::string_view name) {
  if (!file.old_mode || !file.new_mode || file.old_mode == file.new_mode) return {};
  return fmt::format(" mode change {:06o} => {:06o}{}{}\n", *file.old_mode, *file.new_mode, name.empty() ? "" : " ",
                     name);
}

std::string presence_line(std::string_view what, const std::optional<std::uint32_t>& mode, const std::string& name) {
  return mode ? fmt::format(" {} mode {:06o} {}\n", what, *mode, name) : fmt::format(" {} {}\n", what, name);
}

// Length of the directories that both names begin with.
std::size_t common_directories(std::string_view one, std::string_view other) {
  std::size_t length = 0;
  for (;;) {
    const std::size_t slash = one.find('/', length);
    if (slash == std::string_view::npos || other.substr(0, slash + 1) != one.substr(0, slash + 1)) return length;
    length = slash + 1;
  }
}

std::string move_line(const FilePatch& file) {
  const std::string_view what = file.renames ? "rename" : "copy";
  const std::string& from = *file.old_name;
  const std::string& to = *file.new_name;
  const std::size_t common = common_directories(from, to);
  const std::string names =
      common == 0 ? fmt::format("{} => {}", from, to)
                  : fmt::format("{}{{{} => {}}}", from.substr(0, common), from.substr(common), to.substr(common));
  return fmt::format(" {} {} ({}%)\n", what, names, file.similarity);
}

std::string summary_lines(const FilePatch& file) {
  if (file.creates != Certainty::no) return presence_line("create", file.new_mode, *file.new_name);
  if (file.deletes == Certainty::yes) return presence_line("delete", file.old_mode, *file.old_name);
  if (file.renames || file.copies) return move_line(file) + mode_change(file, "");
  if (file.similarity == 0) return mode_change(file, file.name());
  return fmt::format(" rewrite {} ({}%)\n", file.name(), file.similarity) + mode_change(file, "");
}

}  // namespace

std::string stat_text(const Patch& patch) {
  const Widths widths = widths_of(patch);
  std::string text;
  for (const FilePatch& file : patch.files) text += stat_line(file, widths);
  return text + total_line(patch);
}

std::string numstat_text(const Patch& patch) {
  std::string text;
  for (const FilePatch& file : patch.files) {
    const std::string name = quoted_name(file.name());
    text +=
        file.binary ? fmt::format("-\t-\t{}\n", name) : fmt::format("{}\t{}\t{}\n", file.added(), file.removed(), name);
  }
  return text;
}

std::string summary_text(const Patch& patch) {
  std::string text;
  for (const FilePatch& file : patch.files) text += summary_lines(file);
  return text;
}

}  // namespace tenon::diff::patch
