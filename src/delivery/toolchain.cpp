#include "delivery/toolchain.h"

#include <charconv>
#include <sstream>

#include "core/error.h"
#include "native/fsops/remove_tree.h"

namespace tenon::delivery {
namespace {

// Prints the modules of its arguments that cannot be found, without importing them.
constexpr const char* kFindModules =
    "import importlib.util, sys; print(' '.join(m for m in sys.argv[1:] if importlib.util.find_spec(m) is None))";

// The first run of digits and dots in a text: "Python 3.11.2" is {3, 11, 2}.
std::vector<int> version_in(std::string_view text) {
  std::vector<int> numbers;
  const char* at = std::ranges::find_if(text, [](unsigned char c) { return std::isdigit(c) != 0; });
  const char* end = text.data() + text.size();
  while (at != end) {
    int number = 0;
    const auto [next, failed] = std::from_chars(at, end, number);
    if (failed != std::errc{}) break;
    numbers.push_back(number);
    at = next;
    if (at == end || *at != '.') break;
    ++at;
  }
  return numbers;
}

sandbox::ExitRecord ask(const Tools& tools, const agents::Stack& stack, std::vector<std::string> argv,
                        const std::filesystem::path& scratch, std::stop_token stop) {
  return tools.sandbox.run(app_command(tools, stack, std::move(argv), scratch), stop);
}

std::string interpreter_of(const std::string& command, const Settings& settings) {
  return command == "python3" ? settings.python : command;
}

}  // namespace

std::vector<MissingTool> missing_tools(const Tools& tools, const agents::Stack& stack,
                                       const std::filesystem::path& scratch, std::stop_token stop) {
  std::filesystem::create_directories(scratch);
  std::vector<MissingTool> missing;
  std::vector<std::string> find_modules{tools.settings.python, "-c", kFindModules};
  for (const agents::Need& need : stack.needs) {
    if (!need.python.empty()) find_modules.push_back(need.python);
    if (need.command.empty()) continue;
    const auto record = ask(tools, stack, {interpreter_of(need.command, tools.settings), "--version"}, scratch, stop);
    if (!record.succeeded()) {
      missing.push_back({need.command, need.package, "not found"});
    } else if (version_in(record.standard_output.text) < version_in(need.version)) {
      missing.push_back({need.command, need.package, fmt::format("older than {}", need.version)});
    }
  }
  if (!missing.empty() || find_modules.size() == 3) return missing;

  const auto record = ask(tools, stack, find_modules, scratch, stop);
  if (!record.succeeded()) {
    throw Error(ErrorCode::toolchain_missing,
                fmt::format("{} cannot be asked for its modules: it {}", tools.settings.python, describe(record)));
  }
  std::istringstream names(record.standard_output.text);
  for (std::string name; names >> name;) {
    const auto need = std::ranges::find(stack.needs, name, &agents::Need::python);
    missing.push_back({name, need == stack.needs.end() ? name : need->package, "not found"});
  }
  return missing;
}

void check_toolchain(const Tools& tools, const agents::Stack& stack, const std::filesystem::path& scratch,
                     std::stop_token stop) {
  const auto directory = scratch / "toolchain";
  const std::vector<MissingTool> missing = missing_tools(tools, stack, directory, stop);
  fsops::remove_tree(directory);
  if (missing.empty()) return;
  std::string names;
  std::string packages;
  for (const MissingTool& tool : missing) {
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", tool.name, tool.why);
    packages += " " + tool.package;
  }
  throw Error(ErrorCode::toolchain_missing,
              fmt::format("the stack {} needs what this machine lacks: {}", stack.name, names),
              fmt::format("apt-get install{}, then `tenon resume`.", packages));
}

}  // namespace tenon::delivery
