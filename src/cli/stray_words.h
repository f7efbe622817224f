// Words of a command line that belong to nothing, and that CLI11 would not refuse by name.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tenon::cli {

// CLI11 takes an unknown option that begins with a digit (`-5`) for a negative number, and that for a positional. After
// `app` has parsed the arguments: throws CLI::ExtrasError when a positional got one, unless it stands behind `--`.
void refuse_numbers_as_names(const CLI::App& app, const std::vector<std::string>& arguments);

// Throws CLI::ParseError when the first argument is no option: of a group, whose commands are found before.
void refuse_unknown_command(const std::string& group, const std::vector<std::string>& arguments);

}  // namespace tenon::cli
