#include "native/fsops/glob.h"

#include <optional>
#include <utility>

#include "native/fsops/glob_class.h"

namespace tenon::fsops {
namespace {

constexpr std::size_t kMostAlternates = 1024;

unsigned char lower(unsigned char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<unsigned char>(byte - 'A' + 'a') : byte;
}

// `{a,b{c,d}}` written out: one text for each choice, with its sets and escapes untouched.
class Alternatives {
 public:
  Alternatives(std::string_view pattern, const GlobSyntax& syntax) : pattern_(pattern), syntax_(syntax) {}

  std::expected<std::vector<std::string>, GlobFault> texts() {
    std::vector<std::string> all = sequence(0);
    if (fault_) return std::unexpected(*fault_);
    return all;
  }

 private:
  std::vector<std::string> sequence(std::size_t depth) {
    std::vector<std::string> texts(1);
    while (at_ < pattern_.size() && !fault_) {
      const char c = pattern_[at_];
      if (depth > 0 && (c == ',' || c == '}')) return texts;
      if (c == '}') {
        fault_ = GlobFault::unopened_alternates;
      } else if (c == '{') {
        ++at_;
        texts = combined(texts, choice(depth + 1));
      } else {
        append(texts, literal_part());
      }
    }
    if (depth > 0 && !fault_) fault_ = GlobFault::unclosed_alternates;
    return texts;
  }

  std::vector<std::string> choice(std::size_t depth) {
    constexpr std::size_t kDeepest = 64;
    if (depth > kDeepest) fault_ = GlobFault::too_many_alternates;
    std::vector<std::string> texts;
    while (!fault_) {
      for (std::string& text : sequence(depth)) {
        if (!text.empty() || syntax_.empty_alternates == EmptyAlternates::matching) texts.push_back(std::move(text));
      }
      if (fault_ || pattern_[at_++] == '}') break;
    }
    if (texts.empty()) texts.emplace_back();
    return texts;
  }

  // An escape or a set as a whole, else one byte.
  std::string_view literal_part() {
    const std::size_t begin = at_++;
    if (pattern_[begin] == '\\' && syntax_.backslash == Backslash::escapes) {
      if (at_ == pattern_.size()) fault_ = GlobFault::dangling_escape;
      ++at_;
    } else if (pattern_[begin] == '[') {
      const auto parsed = parse_ripgrep_class(pattern_.substr(at_), syntax_);
      if (!parsed) fault_ = parsed.error();
      at_ += parsed ? parsed->length : 0;
    }
    return pattern_.substr(begin, at_ - begin);
  }

  static void append(std::vector<std::string>& texts, std::string_view part) {
    for (std::string& text : texts) text += part;
  }

  std::vector<std::string> combined(const std::vector<std::string>& heads, const std::vector<std::string>& tails) {
    std::vector<std::string> texts;
    if (heads.size() * tails.size() > kMostAlternates) fault_ = GlobFault::too_many_alternates;
    if (fault_) return texts;
    for (const std::string& head : heads) {
      for (const std::string& tail : tails) texts.push_back(head + tail);
    }
    return texts;
  }

  std::string_view pattern_;
  const GlobSyntax& syntax_;
  std::size_t at_ = 0;
  std::optional<GlobFault> fault_;
};

}  // namespace

std::string_view to_string(GlobFault fault) {
  switch (fault) {
    case GlobFault::unclosed_class:
      return "a [ without its ]";
    case GlobFault::invalid_range:
      return "a range whose end is before its beginning";
    case GlobFault::unclosed_alternates:
      return "a { without its }";
    case GlobFault::unopened_alternates:
      return "a } without its {";
    case GlobFault::dangling_escape:
      return "a backslash at the end";
    case GlobFault::too_many_alternates:
      return "too many alternatives in braces";
  }
  return "malformed";
}

class Glob::Compiler {
 public:
  Compiler(Glob& glob, const GlobSyntax& syntax) : glob_(glob), syntax_(syntax) {}

  // Nothing when the text can match no path at all.
  std::optional<Program> compile(std::string_view text) {
    text_ = text;
    program_.clear();
    for (at_ = 0; at_ < text_.size();) {
      if (!step()) return std::nullopt;
    }
    return std::move(program_);
  }

 private:
  bool ripgrep() const { return syntax_.dialect == GlobDialect::ripgrep; }
  Action in_name(Action bounded, Action free) const { return syntax_.slash == Slash::boundary ? bounded : free; }

  bool step() {
    const char c = text_[at_];
    switch (c) {
      case '?':
        ++at_;
        program_.push_back({in_name(Action::any_in_name, Action::any)});
        return true;
      case '*':
        stars();
        return true;
      case '[':
        return set();
      case '\\':
        if (ripgrep() && syntax_.backslash == Backslash::literal) return literal(c);
        if (++at_ == text_.size()) return false;
        return literal(text_[at_]);
      default:
        return literal(c);
    }
  }

  bool literal(char c) {
    ++at_;
    auto byte = static_cast<unsigned char>(c);
    if (syntax_.letter_case == LetterCase::folded) byte = lower(byte);
    program_.push_back({Action::literal, byte});
    return true;
  }

  bool set() {
    ++at_;
    const auto parsed =
        ripgrep() ? parse_ripgrep_class(text_.substr(at_), syntax_) : parse_git_class(text_.substr(at_), syntax_);
    if (!parsed) return false;
    at_ += parsed->length;
    // A glob is far shorter than 65,536 sets unless somebody means harm.
    if (glob_.sets_.size() > UINT16_MAX) return false;
    program_.push_back({Action::set, static_cast<std::uint16_t>(glob_.sets_.size())});
    glob_.sets_.push_back(parsed->bytes);
    return true;
  }

  void stars() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] == '*') ++at_;
    const std::size_t count = at_ - begin;
    const bool after_boundary = begin == 0 || text_[begin - 1] == '/';
    const std::string_view rest = text_.substr(at_);
    // ripgrep reads three stars as two and one.
    const bool whole = after_boundary && (ripgrep() ? count == 2 : count >= 2 && syntax_.slash == Slash::boundary);
    if (whole && rest.starts_with('/')) {
      ++at_;
      program_.push_back({Action::whole_parents});
    } else if (whole && (rest.empty() || (!ripgrep() && rest.starts_with("\\/")))) {
      program_.push_back({Action::star});
    } else {
      program_.push_back({in_name(Action::star_in_name, Action::star)});
    }
  }

  Glob& glob_;
  const GlobSyntax& syntax_;
  std::string_view text_;
  std::size_t at_ = 0;
  Program program_;
};

std::expected<Glob, GlobFault> Glob::compile(std::string_view pattern, const GlobSyntax& syntax) {
  Glob glob;
  glob.letter_case_ = syntax.letter_case;
  Compiler compiler(glob, syntax);
  std::vector<std::string> texts{std::string(pattern)};
  if (syntax.dialect == GlobDialect::ripgrep) {
    auto alternatives = Alternatives(pattern, syntax).texts();
    if (!alternatives) return std::unexpected(alternatives.error());
    texts = *std::move(alternatives);
  }
  for (const std::string& text : texts) {
    if (auto program = compiler.compile(text)) glob.programs_.push_back(*std::move(program));
  }
  return glob;
}

bool Glob::matches(std::string_view text) const {
  for (const Program& program : programs_) {
    if (runs(program, text)) return true;
  }
  return false;
}

bool Glob::takes(const Step& step, unsigned char byte) const {
  switch (step.action) {
    case Action::literal:
      return step.operand == (letter_case_ == LetterCase::folded ? lower(byte) : byte);
    case Action::any:
      return true;
    case Action::any_in_name:
      return byte != '/';
    case Action::set:
      return (sets_[step.operand][byte / 64U] >> (byte % 64U) & 1U) != 0;
    default:
      return false;
  }
}

// Two places to come back to are enough: the last wildcard that stays in a component, and the last that does not. An
// earlier one could only lead to a later position, from which less can match. The places after `**/` are the beginnings
// of components, and whatever stands before `**/` ends in a slash, so this holds for it as well.
bool Glob::runs(const Program& program, std::string_view text) const {
  struct Place {
    std::size_t step = SIZE_MAX;
    std::size_t text = 0;
  };
  Place in_name;
  Place beyond;
  bool parents = false;  // `beyond` is at a `**/`
  std::size_t step = 0;
  std::size_t at = 0;
  for (;;) {
    const Action action = step < program.size() ? program[step].action : Action::any;
    if (step == program.size()) {
      if (at == text.size()) return true;
    } else if (action == Action::star_in_name) {
      in_name = {.step = ++step, .text = at};
      continue;
    } else if (action == Action::star || action == Action::whole_parents) {
      if (++step == program.size() && action == Action::star) return true;
      beyond = {.step = step, .text = at};
      in_name = {};
      parents = action == Action::whole_parents;
      continue;
    } else if (at < text.size() && takes(program[step], static_cast<unsigned char>(text[at]))) {
      ++step;
      ++at;
      continue;
    }
    if (in_name.step != SIZE_MAX && in_name.text < text.size() && text[in_name.text] != '/') {
      at = ++in_name.text;
      step = in_name.step;
      continue;
    }
    if (beyond.step == SIZE_MAX || beyond.text >= text.size()) return false;
    const std::size_t slash = parents ? text.find('/', beyond.text) : beyond.text;
    if (slash == std::string_view::npos) return false;
    at = beyond.text = slash + 1;
    step = beyond.step;
    in_name = {};
  }
}

}  // namespace tenon::fsops
