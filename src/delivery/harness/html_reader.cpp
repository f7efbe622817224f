#include "delivery/harness/html_reader.h"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>

#include "delivery/harness/html.h"

namespace tenon::delivery {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool holds_raw_text(std::string_view name) {
  return name == "script" || name == "style" || name == "textarea" || name == "title";
}

}  // namespace

std::optional<HtmlToken> HtmlTokens::next() {
  if (!raw_element_.empty()) {
    if (auto content = content_of_raw()) return content;
  }
  while (!rest_.empty()) {
    if (rest_[0] != '<') {
      const std::string_view text = rest_.substr(0, rest_.find('<'));
      rest_.remove_prefix(text.size());
      return HtmlToken{.kind = HtmlToken::Kind::text, .name = {}, .attributes = {}, .text = decode_entities(text)};
    }
    if (rest_.size() > 1 && is_letter(rest_[1])) return start_tag();
    if (rest_.size() > 2 && rest_[1] == '/' && is_letter(rest_[2])) return end_tag();
    if (rest_.size() > 1 && (rest_[1] == '!' || rest_[1] == '?' || rest_[1] == '/')) {
      skip_declaration();
      continue;
    }
    rest_.remove_prefix(1);
    return HtmlToken{.kind = HtmlToken::Kind::text, .name = {}, .attributes = {}, .text = "<"};
  }
  return std::nullopt;
}

// Everything up to the end tag of the same name, whatever it looks like.
std::optional<HtmlToken> HtmlTokens::content_of_raw() {
  const std::string name = std::exchange(raw_element_, "");
  std::size_t end = 0;
  while ((end = rest_.find("</", end)) != rest_.npos) {
    if (boost::istarts_with(rest_.substr(end + 2), name)) break;
    end += 2;
  }
  const std::string_view content = rest_.substr(0, end);
  rest_.remove_prefix(content.size());
  if (content.empty()) return std::nullopt;
  const bool is_code = name == "script" || name == "style";
  return HtmlToken{.kind = HtmlToken::Kind::text,
                   .name = {},
                   .attributes = {},
                   .text = is_code ? std::string(content) : decode_entities(content)};
}

HtmlToken HtmlTokens::start_tag() {
  rest_.remove_prefix(1);
  HtmlToken tag{.kind = HtmlToken::Kind::start, .name = take_name(" \t\r\n\f/>"), .attributes = {}, .text = {}};
  take_attributes(tag);
  if (holds_raw_text(tag.name)) raw_element_ = tag.name;
  return tag;
}

HtmlToken HtmlTokens::end_tag() {
  rest_.remove_prefix(2);
  HtmlToken tag{.kind = HtmlToken::Kind::end, .name = take_name(" \t\r\n\f/>"), .attributes = {}, .text = {}};
  take_attributes(tag);
  return tag;
}

void HtmlTokens::skip_declaration() {
  const bool is_comment = rest_.starts_with("<!--");
  const std::size_t end = is_comment ? rest_.find("-->", 4) : rest_.find('>');
  rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + (is_comment ? 3 : 1));
}

std::string HtmlTokens::take_name(std::string_view until) {
  const std::string_view name = rest_.substr(0, rest_.find_first_of(until));
  rest_.remove_prefix(name.size());
  return boost::to_lower_copy(std::string(name));
}

void HtmlTokens::take_attributes(HtmlToken& tag) {
  for (;;) {
    skip_blanks();
    if (rest_.empty()) return;
    if (rest_[0] == '>') {
      rest_.remove_prefix(1);
      return;
    }
    if (rest_[0] == '/' || rest_[0] == '=') {
      rest_.remove_prefix(1);
      continue;
    }
    const std::string name = take_name(" \t\r\n\f/>=");
    skip_blanks();
    std::string value;
    if (!rest_.empty() && rest_[0] == '=') {
      rest_.remove_prefix(1);
      skip_blanks();
      value = take_value();
    }
    tag.attributes.emplace(name, std::move(value));
  }
}

std::string HtmlTokens::take_value() {
  if (rest_.empty()) return {};
  const char quote = rest_[0];
  if (quote != '"' && quote != '\'') {
    const std::string_view value = rest_.substr(0, rest_.find_first_of(" \t\r\n\f>"));
    rest_.remove_prefix(value.size());
    return decode_entities(value);
  }
  rest_.remove_prefix(1);
  const std::string_view value = rest_.substr(0, rest_.find(quote));
  rest_.remove_prefix(std::min(rest_.size(), value.size() + 1));
  return decode_entities(value);
}

void HtmlTokens::skip_blanks() {
  const std::size_t start = rest_.find_first_not_of(kBlanks);
  rest_.remove_prefix(start == rest_.npos ? rest_.size() : start);
}

}  // namespace tenon::delivery
