#include "cli/stray_words.h"

#include <algorithm>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace tenon::cli {
namespace {

bool looks_like_a_number(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && word[1] >= '0' && word[1] <= '9';
}

}  // namespace

void refuse_numbers_as_names(const CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<std::string> named(std::ranges::find(arguments, "--"), arguments.end());
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    for (const std::string& given : option->results()) {
      if (!looks_like_a_number(given)) continue;
      const auto behind_marker = std::ranges::find(named, given);
      if (behind_marker == named.end()) throw CLI::ExtrasError(app.get_name(), {given});
      named.erase(behind_marker);
    }
  }
}

void refuse_unknown_command(const std::string& group, const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front().starts_with('-')) return;
  throw CLI::ParseError(fmt::format("{} has no command \"{}\"", group, arguments.front()), CLI::ExitCodes::ExtrasError);
}

}  // namespace tenon::cli
