#include "agents/text_forms.h"

#include <cmath>

#include <fmt/format.h>

namespace tenon::agents {
std::string quoted_literal(std::string_view text) {
  std::string result = json::serialize(json::string(text));
  for (const auto& [bytes, escape] : {std::pair<std::string_view, std::string_view>{"\x7f", "\\u007f"},
                                      {"\xC2\x85", "\\u0085"},
                                      {"\xE2\x80\xA8", "\\u2028"},
                                      {"\xE2\x80\xA9", "\\u2029"}}) {
    for (auto at = result.find(bytes); at != std::string::npos; at = result.find(bytes, at + escape.size())) {
      result.replace(at, bytes.size(), escape);
    }
  }
  return result;
}

std::string html_escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      case '{':
        result += "&#123;";
        break;
      case '}':
        result += "&#125;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string url_encoded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").contains(c);
    if (plain) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

std::string number_text(double number) {
  constexpr double kExact = 9e15;
  if (std::nearbyint(number) == number && std::abs(number) < kExact) {
    return fmt::format("{}", static_cast<std::int64_t>(number));
  }
  return fmt::format("{}", number);
}

std::string json_literal(const json::value& value) {
  if (value.is_string()) return quoted_literal(std::string_view(value.get_string()));
  if (value.is_double()) return number_text(value.get_double());
  return json::serialize(value);
}

std::string python_literal(const json::value& value) {
  if (value.is_null()) return "None";
  if (value.is_bool()) return value.get_bool() ? "True" : "False";
  return json_literal(value);
}

std::string form_text(const json::value& value) {
  if (value.is_null()) return "";
  if (value.is_bool()) return value.get_bool() ? "true" : "";
  if (value.is_string()) return std::string(value.get_string());
  return json_literal(value);
}

}  // namespace tenon::agents
