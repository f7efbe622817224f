// The forms in which a template may use a text (docs/golden-paths.md, "Template language").
#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace tenon::agents {

namespace json = boost::json;

// A double-quoted literal that JSON, Python, TOML and YAML read alike. DEL and the Unicode line separators are escaped,
// since YAML and JavaScript would break a line there.
std::string quoted_literal(std::string_view text);

// For HTML text and double-quoted attributes; braces are character references too, so that no text becomes a template
// expression.
std::string html_escaped(std::string_view text);

// Percent-encoded for one part of a URL (RFC 3986 unreserved characters stay).
std::string url_encoded(std::string_view text);

// JSON with plain decimal numbers (3.2, never 3.2E0).
std::string json_literal(const json::value& value);

// The same value as a Python literal: True, None, 3.2, "text". Money, dates and times stay text.
std::string python_literal(const json::value& value);

// "3" or "3.5"
std::string number_text(double number);

// As a browser would send it in a form: "true" or "" for a boolean.
std::string form_text(const json::value& value);

}  // namespace tenon::agents
