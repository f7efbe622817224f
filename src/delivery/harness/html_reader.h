// Splits markup into tags and text. Internal to html.cpp: the syntax is one idea, what a page means another.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::delivery {

struct HtmlToken {
  enum class Kind { text, start, end };
  Kind kind = Kind::text;
  std::string name;  // of a tag, lower case
  std::map<std::string, std::string> attributes;
  std::string text;  // decoded, unless it stands in script or style
};

class HtmlTokens final {
 public:
  // The markup must outlive the tokens.
  explicit HtmlTokens(std::string_view markup) : rest_(markup) {}

  // Nothing at the end. Comments and declarations are left out.
  std::optional<HtmlToken> next();

 private:
  std::optional<HtmlToken> content_of_raw();
  HtmlToken start_tag();
  HtmlToken end_tag();
  void skip_declaration();
  std::string take_name(std::string_view until);
  void take_attributes(HtmlToken& tag);
  std::string take_value();
  void skip_blanks();

  std::string_view rest_;
  std::string raw_element_;  // script, style, textarea, title: tags mean nothing until it ends
};

}  // namespace tenon::delivery
