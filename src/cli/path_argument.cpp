#include "cli/path_argument.h"

#include <CLI/CLI.hpp>

namespace tenon::cli {
namespace {

CLI::Option* refuse_empty(CLI::Option* option) {
  return option->check([](const std::string& path) { return path.empty() ? "an empty path names nothing" : ""; });
}

}  // namespace

CLI::Option* add_path(CLI::App& app, const std::string& name, std::string& path, const std::string& help) {
  return refuse_empty(app.add_option(name, path, help));
}

CLI::Option* add_paths(CLI::App& app, const std::string& name, std::vector<std::string>& paths,
                       const std::string& help) {
  return refuse_empty(app.add_option(name, paths, help));
}

}  // namespace tenon::cli
