#include "native/diff/patch/whitespace.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tenon::diff::patch {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct RuleWord {
  std::string_view word;
  void (*set)(WhitespaceRule&, bool);
};

constexpr auto kRuleWords = std::to_array<RuleWord>({
    {"trailing-space",
     [](WhitespaceRule& rule, bool on) { rule.blank_at_end_of_line = rule.blank_at_end_of_file = on; }},
    {"space-before-tab", [](WhitespaceRule& rule, bool on) { rule.space_before_tab = on; }},
    {"indent-with-non-tab", [](WhitespaceRule& rule, bool on) { rule.indent_with_non_tab = on; }},
    {"cr-at-eol", [](WhitespaceRule& rule, bool on) { rule.cr_at_end_of_line = on; }},
    {"blank-at-eol", [](WhitespaceRule& rule, bool on) { rule.blank_at_end_of_line = on; }},
    {"blank-at-eof", [](WhitespaceRule& rule, bool on) { rule.blank_at_end_of_file = on; }},
    {"tab-in-indent", [](WhitespaceRule& rule, bool on) { rule.tab_in_indent = on; }},
    {"incomplete-line", [](WhitespaceRule& rule, bool on) { rule.incomplete_line = on; }},
});

constexpr std::string_view kTabWidth = "tabwidth=";
constexpr std::uint32_t kTabWidthLimit = 64;

void apply_word(WhitespaceRule& rule, std::string_view word) {
  if (word.starts_with(kTabWidth)) {
    std::uint32_t width = 0;
    const std::string_view digits = word.substr(kTabWidth.size());
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), width);
    if (failure == std::errc() && width > 0 && width < kTabWidthLimit) rule.tab_width = width;
    return;
  }
  const bool on = !word.starts_with('-');
  if (!on) word.remove_prefix(1);
  const auto* found = std::ranges::find_if(
      kRuleWords, [&](const RuleWord& known) { return !word.empty() && known.word.starts_with(word); });
  if (found != kRuleWords.end()) found->set(rule, on);
}

// A line in its parts: indentation, text, whitespace at the end, and how it ends.
struct Parts {
  std::string_view indent;
  std::string_view text;
  std::string_view trailing;
  std::string_view end;  // "", "\n", "\r\n"; "\r" belongs to the trailing whitespace where the rule has it so
};

Parts parts_of(std::string_view line, const WhitespaceRule& rule) {
  Parts parts;
  std::size_t end = line.size();
  if (line.ends_with('\n')) --end;
  if (rule.cr_at_end_of_line && end > 0 && line[end - 1] == '\r') --end;
  parts.end = line.substr(end);
  std::size_t text_end = end;
  while (text_end > 0 && is_space(line[text_end - 1])) --text_end;
  parts.trailing = line.substr(text_end, end - text_end);
  const std::string_view rest = line.substr(0, text_end);
  parts.indent = rest.substr(0, std::min(rest.find_first_not_of(" \t"), rest.size()));
  parts.text = rest.substr(parts.indent.size());
  return parts;
}

// Indentation is looked at up to where trailing whitespace begins that counts as such.
std::string_view indent_of(const Parts& parts, std::string_view line, const WhitespaceRule& rule) {
  if (!parts.text.empty() || rule.blank_at_end_of_line) return parts.indent;
  return line.substr(0, std::min(line.find_first_not_of(" \t"), line.size() - parts.end.size()));
}

struct IndentFaults {
  bool space_before_tab = false;
  bool tab = false;
  bool spaces_for_tab = false;
};

IndentFaults faults_of_indent(std::string_view indent, const WhitespaceRule& rule) {
  IndentFaults faults;
  std::size_t behind_tab = 0;
  for (std::size_t i = 0; i < indent.size(); ++i) {
    if (indent[i] != '\t') continue;
    if (rule.space_before_tab && behind_tab < i) {
      faults.space_before_tab = true;
    } else if (rule.tab_in_indent) {
      faults.tab = true;
    }
    behind_tab = i + 1;
  }
  faults.spaces_for_tab = rule.indent_with_non_tab && indent.size() - behind_tab >= rule.tab_width;
  return faults;
}

// Runs of spaces that fill a tab become one; the spaces of a shorter run before a tab go.
std::string with_tabs(std::string_view indent, const WhitespaceRule& rule) {
  const std::size_t last_tab = indent.rfind('\t');
  const std::size_t end =
      rule.indent_with_non_tab ? indent.size() : (last_tab == std::string_view::npos ? 0 : last_tab + 1);
  std::string result;
  std::uint32_t spaces = 0;
  for (const char c : indent.substr(0, end)) {
    if (c == '\t') {
      spaces = 0;
      result += c;
    } else if (++spaces == rule.tab_width) {
      spaces = 0;
      result += '\t';
    }
  }
  result.append(spaces, ' ');
  result += indent.substr(end);
  return result;
}

std::string with_spaces(std::string_view indent, const WhitespaceRule& rule) {
  const std::size_t end = indent.rfind('\t') + 1;
  std::string result;
  for (const char c : indent.substr(0, end)) {
    if (c != '\t') {
      result += c;
      continue;
    }
    do {
      result += ' ';
    } while (result.size() % rule.tab_width != 0);
  }
  result += indent.substr(end);
  return result;
}

std::string fixed_indent(std::string_view indent, const WhitespaceRule& rule) {
  const std::size_t first_space = indent.find(' ');
  const bool space_before_tab = rule.space_before_tab && first_space != std::string_view::npos &&
                                indent.find('\t', first_space) != std::string_view::npos;
  bool long_run = false;
  std::size_t behind_tab = 0;
  for (std::size_t i = 0; i < indent.size() && rule.indent_with_non_tab; ++i) {
    if (indent[i] == '\t') {
      behind_tab = i + 1;
    } else {
      long_run = long_run || i + 1 - behind_tab >= rule.tab_width;
    }
  }
  if (space_before_tab || long_run) return with_tabs(indent, rule);
  if (rule.tab_in_indent && indent.find('\t') != std::string_view::npos) return with_spaces(indent, rule);
  return std::string(indent);
}

}  // namespace

WhitespaceRule WhitespaceRule::none() {
  return {.blank_at_end_of_line = false, .blank_at_end_of_file = false, .space_before_tab = false};
}

WhitespaceRule WhitespaceRule::parse(std::string_view text) {
  WhitespaceRule rule;
  constexpr std::string_view kSeparators = ", \t\n\r";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(kSeparators), text.size());
    if (end > 0) apply_word(rule, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return rule;
}

std::string whitespace_problem(std::string_view line, const WhitespaceRule& rule) {
  const Parts parts = parts_of(line, rule);
  const IndentFaults indent = faults_of_indent(indent_of(parts, line, rule), rule);
  std::string problem;
  const auto add = [&](bool wrong, std::string_view words) {
    if (!wrong) return;
    problem += problem.empty() ? "" : ", ";
    problem += words;
  };
  add(rule.blank_at_end_of_line && !parts.trailing.empty(), "trailing whitespace");
  add(indent.space_before_tab, "space before tab in indent");
  add(indent.spaces_for_tab, "indent with spaces");
  add(indent.tab, "tab in indent");
  add(rule.incomplete_line && !line.ends_with('\n'), "no newline at the end of file");
  return problem;
}

std::string with_whitespace_fixed(std::string_view line, const WhitespaceRule& rule) {
  const Parts parts = parts_of(line, rule);
  const std::string_view indent = indent_of(parts, line, rule);
  std::string result = fixed_indent(indent, rule);
  if (rule.blank_at_end_of_line) {
    result += parts.text;
    result += parts.end;
  } else {
    result += line.substr(indent.size());
  }
  if (rule.incomplete_line && !result.ends_with('\n')) result += '\n';
  return result;
}

bool is_blank(std::string_view line) { return std::ranges::all_of(line, is_space); }

}  // namespace tenon::diff::patch
