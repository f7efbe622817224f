#include "native/diff/diff_stat.h"

#include "native/diff/painter.h"
#include "native/diff/patch/quoted_name.h"

namespace tenon::diff {
namespace {

constexpr std::size_t kFewestNameColumns = 10;
constexpr std::size_t kFewestBarColumns = 6;
constexpr std::size_t kBesideBar = 6;  // spaces and the bar " | "

std::string shown_name(const FileStat& file) {
  if (file.old_path) return rename_text(*file.old_path, file.path);
  return patch::quoted_name(file.path);
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

// The end of a name that is too long, from a component on if one begins there.
std::string cut_name(const std::string& name, std::size_t columns) {
  if (width_of(name) <= columns) return name;
  constexpr std::string_view kCut = "...";
  const std::size_t room = columns - kCut.size();
  std::size_t from = 0;
  for (std::size_t width = width_of(name); width > room;) {
    ++from;
    while (from < name.size() && (static_cast<unsigned char>(name[from]) & 0xC0U) == 0x80) ++from;
    --width;
  }
  const std::size_t component = name.find('/', from);
  return std::string(kCut) + name.substr(component == std::string::npos ? from : component);
}

// Of `total`, on a scale where `most` takes `columns`; what is there takes at least one.
std::size_t scaled(std::uint64_t amount, std::size_t columns, std::uint64_t most) {
  return amount == 0 ? 0 : 1 + static_cast<std::size_t>(amount * (columns - 1) / most);
}

struct Bar {
  std::size_t added = 0;
  std::size_t removed = 0;
};

Bar bar_of(const LineCounts& lines, std::size_t columns, std::uint64_t most) {
  if (most <= columns) return {.added = lines.added, .removed = lines.removed};
  std::size_t all = scaled(lines.added + lines.removed, columns, most);
  if (all < 2 && lines.added > 0 && lines.removed > 0) all = 2;
  if (lines.added < lines.removed) {
    const std::size_t added = scaled(lines.added, columns, most);
    return {.added = added, .removed = all - added};
  }
  const std::size_t removed = scaled(lines.removed, columns, most);
  return {.added = all - removed, .removed = removed};
}

struct Layout {
  std::size_t name = 0;
  std::size_t number = 0;
  std::size_t bar = 0;
  std::uint64_t most = 0;
};

// What the columns would be if there were room.
Layout wanted_layout(const std::vector<FileStat>& files) {
  constexpr std::string_view kBinaryLine = "Bin  ->  bytes";
  constexpr std::string_view kBinary = "Bin ";
  Layout layout;
  std::size_t binary = kBinary.size();
  for (const FileStat& file : files) {
    layout.name = std::max(layout.name, width_of(shown_name(file)));
    if (file.binary) {
      layout.number = std::string_view("Bin").size();
      binary =
          std::max(binary, kBinaryLine.size() + fmt::formatted_size("{}{}", file.binary->before, file.binary->after));
    } else {
      layout.most = std::max(layout.most, file.lines.added + file.lines.removed);
    }
  }
  layout.number = std::max(layout.number, fmt::formatted_size("{}", layout.most));
  layout.bar = std::max<std::size_t>(layout.most, binary - kBinary.size());
  return layout;
}

Layout layout_of(const std::vector<FileStat>& files, std::size_t columns) {
  Layout layout = wanted_layout(files);
  const std::size_t fixed = layout.number + kBesideBar;
  columns = std::max(columns, fixed + kFewestNameColumns + kFewestBarColumns);
  if (layout.name + fixed + layout.bar <= columns) return layout;
  // Three eighths are for the bars, unless the names leave more.
  const std::size_t share = columns * 3 / 8;
  layout.bar = std::min(layout.bar, std::max(kFewestBarColumns, share - std::min(share, fixed)));
  if (layout.name > columns - fixed - layout.bar) {
    layout.name = columns - fixed - layout.bar;
  } else {
    layout.bar = columns - fixed - layout.name;
  }
  return layout;
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

std::string rename_text(const std::string& old_path, const std::string& path) {
  const std::string quoted_old = patch::quoted_name(old_path);
  const std::string quoted_new = patch::quoted_name(path);
  if (quoted_old != old_path || quoted_new != path) return fmt::format("{} => {}", quoted_old, quoted_new);
  std::size_t prefix = 0;
  for (std::size_t i = 0; i < std::min(old_path.size(), path.size()) && old_path[i] == path[i]; ++i) {
    if (old_path[i] == '/') prefix = i + 1;
  }
  // The slash at the end of the prefix may be the one at the beginning of the suffix.
  const std::size_t most = std::min(old_path.size(), path.size()) - (prefix > 0 ? prefix - 1 : 0);
  std::size_t suffix = 0;
  for (std::size_t i = 1; i <= most && old_path[old_path.size() - i] == path[path.size() - i]; ++i) {
    if (path[path.size() - i] == '/') suffix = i;
  }
  if (prefix == 0 && suffix == 0) return fmt::format("{} => {}", old_path, path);
  const auto middle = [&](const std::string& name) {
    return prefix + suffix >= name.size() ? std::string() : name.substr(prefix, name.size() - prefix - suffix);
  };
  return fmt::format("{}{{{} => {}}}{}", path.substr(0, prefix), middle(old_path), middle(path),
                     path.substr(path.size() - suffix));
}

std::string stat_text(const std::vector<FileStat>& files, std::size_t columns, const Palette& palette) {
  if (files.empty()) return {};
  const Layout layout = layout_of(files, columns);
  Painter painter(palette);
  for (const FileStat& file : files) {
    const std::string name = cut_name(shown_name(file), layout.name);
    painter.paint({}, fmt::format(" {}{:{}} | ", name, "", layout.name - width_of(name)));
    if (file.binary) {
      painter.paint({}, fmt::format("{:>{}} ", "Bin", layout.number));
      painter.paint(palette.removed, fmt::format("{}", file.binary->before));
      painter.paint({}, " -> ");
      painter.paint(palette.added, fmt::format("{}", file.binary->after));
      painter.paint({}, " bytes\n");
      continue;
    }
    const std::uint64_t all = file.lines.added + file.lines.removed;
    painter.paint({}, fmt::format("{:>{}}{}", all, layout.number, all == 0 ? "" : " "));
    const Bar bar = bar_of(file.lines, layout.bar, layout.most);
    painter.paint(palette.added, std::string(bar.added, '+'));
    painter.paint(palette.removed, std::string(bar.removed, '-'));
    painter.paint({}, "\n");
  }
  return painter.take() + shortstat_text(files);
}

std::string numstat_text(const std::vector<FileStat>& files) {
  std::string text;
  for (const FileStat& file : files) {
    text += file.binary ? "-\t-" : fmt::format("{}\t{}", file.lines.added, file.lines.removed);
    text += fmt::format("\t{}\n", shown_name(file));
  }
  return text;
}

std::string shortstat_text(const std::vector<FileStat>& files) {
  if (files.empty()) return {};
  LineCounts all;
  for (const FileStat& file : files) {
    all.added += file.lines.added;
    all.removed += file.lines.removed;
  }
  std::string text = " " + counted(files.size(), "file changed", "files changed");
  const bool neither = all.added == 0 && all.removed == 0;
  if (all.added > 0 || neither) text += ", " + counted(all.added, "insertion(+)", "insertions(+)");
  if (all.removed > 0 || neither) text += ", " + counted(all.removed, "deletion(-)", "deletions(-)");
  return text + "\n";
}

}  // namespace tenon::diff
