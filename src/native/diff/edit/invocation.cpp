#include "native/diff/edit/invocation.h"

#include <algorithm>
#include <array>

#include "native/diff/edit/envelope.h"

namespace tenon::diff::edit {
namespace {

constexpr std::array kCommands = std::to_array<std::string_view>({"apply_patch", "applypatch"});

bool is_command(std::string_view word) { return std::ranges::find(kCommands, word) != kCommands.end(); }

bool is_word_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// The part of a shell script that has to be understood: words, quotes and one here-document.
class Script {
 public:
  explicit Script(std::string_view text) : text_(text) {}

  void skip_space() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t')) text_.remove_prefix(1);
  }

  bool skip(std::string_view token) {
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }

  // A name, or nothing.
  std::string_view name() {
    std::size_t length = 0;
    while (length < text_.size() && is_word_character(text_[length])) ++length;
    return take(length);
  }

  // One word whose value needs no shell to know.
  std::optional<std::string> plain_word() {
    if (text_.empty()) return std::nullopt;
    const char quote = text_.front();
    if (quote == '\'' || quote == '"') {
      const std::size_t end = text_.find(quote, 1);
      if (end == std::string_view::npos) return std::nullopt;
      const std::string_view value = take(end + 1).substr(1, end - 1);
      const bool expands = quote == '"' && value.find_first_of("$`\\") != std::string_view::npos;
      const bool goes_on = !text_.empty() && text_.front() != ' ' && text_.front() != '\t' && text_.front() != '&';
      return expands || goes_on ? std::nullopt : std::optional<std::string>(value);
    }
    const std::size_t end = std::min(text_.find_first_of(" \t\n;&|<>()"), text_.size());
    const std::string_view value = take(end);
    const bool special = value.find_first_of("$`\\'\"*?[]{}~#!") != std::string_view::npos;
    return value.empty() || special ? std::nullopt : std::optional<std::string>(value);
  }

  // `<<'WORD'`, the lines up to WORD, and nothing but blank lines after it.
  std::optional<std::string_view> here_document() {
    if (!skip("<<")) return std::nullopt;
    skip_space();
    const char quote = !text_.empty() && (text_.front() == '\'' || text_.front() == '"') ? text_.front() : '\0';
    if (quote != '\0') text_.remove_prefix(1);
    const std::string_view word = name();
    if (word.empty() || (quote != '\0' && !skip(std::string_view(&quote, 1)))) return std::nullopt;
    skip_space();
    if (!skip("\n") && !skip("\r\n")) return std::nullopt;
    const std::string_view body = text_;
    while (!text_.empty()) {
      const std::size_t begin = body.size() - text_.size();
      const std::string_view line = take(std::min(text_.find('\n'), text_.size()));
      skip("\n");
      if (line == word || (line.ends_with('\r') && line.substr(0, line.size() - 1) == word)) {
        return is_blank_text(text_) ? std::optional(body.substr(0, begin)) : std::nullopt;
      }
    }
    return std::nullopt;
  }

 private:
  static bool is_blank_text(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string::npos; }

  std::string_view take(std::size_t length) {
    const std::string_view taken = text_.substr(0, length);
    text_.remove_prefix(length);
    return taken;
  }

  std::string_view text_;
};

std::string_view from_first_word(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

std::expected<Invocation, ReplyFailure> patch_in(std::string_view envelope, std::optional<std::string> folder) {
  std::expected<std::vector<FileEdit>, ReplyFailure> files = parse_envelope(envelope);
  if (!files) return std::unexpected(std::move(files.error()));
  return PatchInvocation{.files = std::move(*files), .folder = std::move(folder)};
}

bool is_envelope(std::string_view text) { return parse_envelope(text).has_value(); }

std::expected<Invocation, ReplyFailure> invocation_in(std::string_view text) {
  if (is_envelope(text)) return ImplicitInvocation{};
  Script script(from_first_word(text));
  std::string_view command = script.name();
  std::optional<std::string> folder;
  if (command == "cd") {
    script.skip_space();
    folder = script.plain_word();
    script.skip_space();
    if (!folder || !script.skip("&&")) return OtherCommand{};
    script.skip_space();
    command = script.name();
  }
  script.skip_space();
  if (!is_command(command)) return OtherCommand{};
  const std::optional<std::string_view> body = script.here_document();
  if (!body) return OtherCommand{};
  return patch_in(*body, std::move(folder));
}

std::string program_name(std::string_view path) {
  std::string name(path.substr(path.find_last_of("/\\") + 1));
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (name.ends_with(".exe")) name.resize(name.size() - 4);
  return name;
}

struct Shell {
  std::string_view name;
  std::array<std::string_view, 2> script_options;
};

constexpr std::array kShells = std::to_array<Shell>({{"bash", {"-c", "-lc"}},
                                                     {"sh", {"-c", "-lc"}},
                                                     {"zsh", {"-c", "-lc"}},
                                                     {"dash", {"-c", "-lc"}},
                                                     {"powershell", {"-Command", "-c"}},
                                                     {"pwsh", {"-Command", "-c"}},
                                                     {"cmd", {"/c", "/C"}}});

// What a shell is told to run; nothing if the command is no such call.
std::optional<std::string> script_of(std::vector<std::string> arguments) {
  if (arguments.empty()) return std::nullopt;
  const std::string name = program_name(arguments.front());
  const auto shell = std::ranges::find(kShells, name, &Shell::name);
  if (shell == kShells.end()) return std::nullopt;
  if (name == "powershell" || name == "pwsh") {
    std::erase_if(arguments, [](const std::string& option) { return option == "-NoProfile" || option == "-NoLogo"; });
  }
  if (arguments.size() < 3 || std::ranges::find(shell->script_options, arguments[1]) == shell->script_options.end()) {
    return std::nullopt;
  }
  // A wrapper that sources a file and then runs its other arguments.
  if (arguments.size() > 4 && arguments[2] == R"(. "$0" && exec "$@")") {
    return script_of({arguments.begin() + 4, arguments.end()});
  }
  return arguments.size() == 3 ? std::optional(arguments[2]) : std::nullopt;
}

}  // namespace

std::expected<Invocation, ReplyFailure> parse_invocation(const std::vector<std::string>& arguments) {
  if (arguments.size() == 1 && is_envelope(arguments.front())) return ImplicitInvocation{};
  if (arguments.size() == 2 && is_command(arguments.front())) return patch_in(arguments.back(), std::nullopt);
  const std::optional<std::string> script = script_of(arguments);
  if (!script) return OtherCommand{};
  return invocation_in(*script);
}

std::string_view without_here_document(std::string_view text) {
  Script script(from_first_word(text));
  const std::optional<std::string_view> body = script.here_document();
  return body ? *body : text;
}

}  // namespace tenon::diff::edit
