#include <unistd.h>

#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/symbol_commands.h"
#include "cli/symbol_text.h"
#include "cli/walk_flags.h"
#include "core/error.h"
#include "native/index/symbols/scan_files.h"

namespace tenon::cli {
namespace {

struct Options {
  std::vector<std::string> arguments;
  std::vector<std::string> kinds;
  WalkFlags flags;
};

// What of the arguments is a path; the rest are names.
struct Selection {
  std::vector<std::filesystem::path> paths;
  std::vector<std::string> names;
};

Selection selection_of(const std::vector<std::string>& arguments) {
  Selection selection;
  for (const std::string& argument : arguments) {
    std::error_code ignored;
    if (std::filesystem::exists(argument, ignored)) {
      selection.paths.emplace_back(argument);
    } else if (argument.contains('/')) {
      throw Error(ErrorCode::not_found, fmt::format("there is no file or directory {}", printable(argument)));
    } else {
      selection.names.push_back(argument);
    }
  }
  if (selection.paths.empty()) selection.paths.emplace_back(".");
  return selection;
}

bool is_wanted(const std::vector<index::Symbol>& symbols, const index::Symbol& symbol, const Options& options,
               const std::vector<std::string>& names) {
  if (!options.kinds.empty() && std::ranges::find(options.kinds, index::word(symbol.kind)) == options.kinds.end()) {
    return false;
  }
  if (names.empty()) return true;
  return std::ranges::any_of(names, [&](const std::string& name) {
    if (name == symbol.name) return true;
    if (!name.ends_with(symbol.name) || !name.contains('.')) return false;
    const std::string full = fmt::format("{}.{}", index::scope_of(symbols, symbol), symbol.name);
    return full == name || full.ends_with("." + name);
  });
}

Error nobody_is_called(const std::vector<std::string>& names) {
  return {
      ErrorCode::not_found,
      fmt::format("no file or directory, and no definition looked at, is called \"{}\"", fmt::join(names, "\", \"")),
      "Upper and lower case count; what is hidden or ignored is not looked at."};
}

void report(const std::filesystem::path& root, const index::ScanReport& scanned) {
  const Terminal terminal = detect_terminal(STDERR_FILENO);
  const std::string us = terminal.styled(Style::bad, "tenon:");
  for (const std::string& path : scanned.unreadable) {
    std::cerr << fmt::format("{} cannot read {}\n", us, printable((root / path).string()));
  }
  for (const auto& [path, completeness] : scanned.incomplete) {
    std::cerr << fmt::format("{} {}: {}\n", us, printable((root / path).string()), reason_text(completeness));
  }
}

int list(const Options& options, const NativeContext& context) {
  const Selection selection = selection_of(options.arguments);
  const fsops::TreeWalkOptions walking = walk_options(options.flags);
  std::uint64_t printed = 0;
  bool whole = true;
  for (const std::filesystem::path& path : selection.paths) {
    const bool directory = std::filesystem::is_directory(path);
    const std::filesystem::path root = directory ? path : path.has_parent_path() ? path.parent_path() : ".";
    const std::string prefix = root == "." ? "" : (root / "").string();
    std::vector<std::string> files;
    if (directory) {
      const fsops::TreeListing listing = fsops::list_tree(root, walking);
      for (const auto& item : listing.items()) {
        if (item.kind == fsops::EntryKind::file) files.emplace_back(item.path);
      }
      report_failures(root, listing.report().failures);
      whole = whole && listing.report().failures.empty();
    } else {
      files.push_back(path.filename().string());
    }
    const auto format = [&](const index::ScannedFile& file) {
      std::string text;
      for (const index::Symbol& symbol : file.symbols.symbols) {
        if (!is_wanted(file.symbols.symbols, symbol, options, selection.names)) continue;
        const SymbolLine line{.path = prefix + std::string(file.path),
                              .text = file.text,
                              .symbols = file.symbols.symbols,
                              .symbol = symbol};
        text += context.json ? symbol_json(line) : symbol_text(line, context.terminal);
      }
      return text;
    };
    const index::ScanReport scanned =
        index::scan_files(root, files, {.threads = walking.threads, .limits = {}}, format, [&](std::string_view text) {
          printed += text.size();
          context.out.write(text);
        });
    report(root, scanned);
    whole = whole && scanned.unreadable.empty();
  }
  if (!whole) return kPartUnreadable;
  if (!selection.names.empty() && printed == 0) throw nobody_is_called(selection.names);
  return 0;
}

NativeAction declare(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("path-or-name", options->arguments,
                 "Files and directories to look at (default: the current directory); names to look for, also with the "
                 "definitions around them: Stack.push");
  app.add_option("-k,--kind", options->kinds, "Only definitions of this kind: class, function, method …")
      ->allow_extra_args(false);
  add_walk_flags(app, options->flags);
  return [options](const NativeContext& context) { return list(*options, context); };
}

constexpr const char* kSymbolsEndings =
    "2: a part could not be read; the rest was answered for\n3: no file, directory or definition has the name";

}  // namespace

constinit const NativeCommand kSymbolsCommand{
    .name = "symbols",
    .summary = "List what files define: classes, functions, constants …",
    .examples = "tenon symbols src\ntenon symbols Stack.push\ntenon symbols --kind class --json src tests",
    .endings = kSymbolsEndings,
    .declare = declare};

}  // namespace tenon::cli
