#include "native/diff/function_lines.h"

#include <re2/re2.h>

#include "core/error.h"
#include "native/diff/function_drivers.h"

namespace tenon::diff {
namespace {

bool begins_a_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; }

std::string_view shown(std::string_view text) {
  if (text.size() > kLongestFunctionText) {
    std::size_t length = kLongestFunctionText;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80) --length;
    text = text.substr(0, length == 0 ? kLongestFunctionText : length);
  }
  return text.substr(0, text.find_last_not_of(" \t\r\n\v\f") + 1);
}

RE2::Options options_of_patterns() {
  RE2::Options options(RE2::Latin1);  // lines may be no UTF-8
  options.set_log_errors(false);
  return options;
}

}  // namespace

struct FunctionLines::Compiled {
  FunctionRule::Verdict verdict = FunctionRule::Verdict::names;
  std::unique_ptr<RE2> pattern;
};

FunctionLines::FunctionLines() = default;
FunctionLines::FunctionLines(FunctionLines&&) noexcept = default;
FunctionLines& FunctionLines::operator=(FunctionLines&&) noexcept = default;
FunctionLines::~FunctionLines() = default;

FunctionLines::FunctionLines(const std::vector<FunctionRule>& rules) {
  for (const FunctionRule& rule : rules) {
    auto pattern = std::make_unique<RE2>(rule.pattern, options_of_patterns());
    if (!pattern->ok()) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("the pattern for function lines \"{}\" is wrong: {}", rule.pattern, pattern->error()),
                  "Patterns are regular expressions of RE2.");
    }
    rules_.push_back({.verdict = rule.verdict, .pattern = std::move(pattern)});
  }
}

std::optional<std::string_view> FunctionLines::text_of(std::string_view line) const {
  if (rules_.empty()) {
    if (line.empty() || !begins_a_name(line.front())) return std::nullopt;
    return shown(line);
  }
  for (const Compiled& rule : rules_) {
    std::array<re2::StringPiece, 2> groups;
    const int wanted = rule.pattern->NumberOfCapturingGroups() > 0 ? 2 : 1;
    if (!rule.pattern->Match(re2::StringPiece(line.data(), line.size()), 0, line.size(), RE2::UNANCHORED, groups.data(),
                             wanted)) {
      continue;
    }
    if (rule.verdict == FunctionRule::Verdict::excludes) return std::nullopt;
    const re2::StringPiece& found = groups[1].data() != nullptr ? groups[1] : groups[0];
    return shown({found.data(), found.size()});
  }
  return std::nullopt;
}

FunctionLines FunctionLines::of_driver(std::string_view name) { return FunctionLines(rules_of_driver(name)); }

FunctionLines FunctionLines::of_file(std::string_view path) { return of_driver(driver_of_file(path)); }

}  // namespace tenon::diff
