// Paths on the command line. An empty one is refused: it is mostly a variable that a script has not set, and joined to
// another path it would be that one.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace tenon::cli {

// As CLI::App::add_option; `path` and `paths` must live as long as `app`.
CLI::Option* add_path(CLI::App& app, const std::string& name, std::string& path, const std::string& help);
CLI::Option* add_paths(CLI::App& app, const std::string& name, std::vector<std::string>& paths,
                       const std::string& help);

}  // namespace tenon::cli
