#include "delivery/harness/expectation.h"

#include <re2/re2.h>
#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/predicate.hpp>

#include "delivery/harness/accessibility.h"
#include "delivery/harness/html.h"

namespace tenon::delivery {
namespace {

constexpr std::size_t kMaxShown = 200;

std::optional<json::value> parsed(const Answer& answer) {
  json::parse_options options;
  options.max_depth = 64;
  boost::system::error_code broken;
  json::value value = json::parse(answer.body, broken, json::storage_ptr(), options);
  if (broken) return std::nullopt;
  return value;
}

void collect_texts(const json::value& value, std::string& out) {
  if (value.is_string()) {
    out += std::string_view(value.get_string());
    out += '\n';
  } else if (value.is_array()) {
    for (const json::value& element : value.get_array()) collect_texts(element, out);
  } else if (value.is_object()) {
    for (const auto& entry : value.get_object()) collect_texts(entry.value(), out);
  }
}

// The forms in which a text may stand in a body: as it is, decoded, as a reader sees it.
std::vector<std::string> readings(const Answer& answer) {
  std::vector<std::string> all{answer.body};
  if (answer.is_html()) {
    all.push_back(decode_entities(answer.body));
    all.push_back(read_html(answer.body).text);
  } else if (const auto content = parsed(answer)) {
    all.push_back(json::serialize(*content));
    collect_texts(*content, all.emplace_back());
  }
  return all;
}

bool occurs(const std::vector<std::string>& bodies, const std::string& text) {
  const std::string decoded = decode_entities(text);
  return std::ranges::any_of(
      bodies, [&](const std::string& body) { return body.find(text) != body.npos || body.find(decoded) != body.npos; });
}

bool is_expected_status(const CheckStep& step, int status) {
  if (step.statuses.empty()) return status > 0 && status < 400;
  return std::ranges::find(step.statuses, status) != step.statuses.end();
}

std::string expected_status(const CheckStep& step) {
  return step.statuses.empty() ? "a status below 400" : fmt::format("status {}", fmt::join(step.statuses, " or "));
}

// The part behind scheme and host, for servers that answer with absolute URLs.
std::string path_of(const std::string& location) {
  const std::size_t scheme = location.find("://");
  if (scheme == location.npos) return location;
  const std::size_t slash = location.find('/', scheme + 3);
  return slash == location.npos ? "/" : location.substr(slash);
}

std::optional<Difference> header_difference(const CheckStep& step, const Answer& answer) {
  for (const auto& [name, text] : step.headers) {
    const std::string value = answer.header(name);
    if (value.empty()) return Difference{.expected = fmt::format("header {}: {}", name, text), .got = "no such header"};
    if (!boost::icontains(value, text)) {
      return Difference{.expected = fmt::format("header {}: {}", name, text), .got = shortened(value, kMaxShown)};
    }
  }
  return std::nullopt;
}

std::optional<Difference> accessibility_difference(const Answer& answer) {
  const auto findings = accessibility_findings(read_html(answer.body));
  if (findings.empty()) return std::nullopt;
  std::string got;
  for (const AccessibilityFinding& finding : findings) {
    got += fmt::format("{}{}{}{}", got.empty() ? "" : "; ", finding.element, finding.element.empty() ? "" : ": ",
                       finding.message);
  }
  return Difference{.expected = "an accessible page", .got = shortened(got, 300)};
}

// The group of the expression, or all of it when it has none.
std::optional<std::string> matched(const std::string& text, const std::string& expression) {
  RE2::Options quiet;
  quiet.set_log_errors(false);
  quiet.set_dot_nl(true);
  const RE2 pattern(expression, quiet);
  std::string group;
  if (!pattern.ok() || pattern.NumberOfCapturingGroups() > 1) return std::nullopt;
  const RE2 whole(pattern.NumberOfCapturingGroups() == 1 ? expression : "(" + expression + ")", quiet);
  if (!RE2::PartialMatch(text, whole, &group)) return std::nullopt;
  return group;
}

std::optional<json::value> saved_value(const std::string& source, const Answer& answer) {
  constexpr std::string_view kJson = "json:";
  constexpr std::string_view kRegex = "regex:";
  constexpr std::string_view kLocation = "location:";
  if (source.starts_with(kJson)) {
    const auto content = parsed(answer);
    boost::system::error_code missing;
    const json::value* found = content ? content->find_pointer(source.substr(kJson.size()), missing) : nullptr;
    return found == nullptr ? std::nullopt : std::optional(*found);
  }
  std::optional<std::string> text;
  if (source.starts_with(kRegex)) text = matched(answer.body, source.substr(kRegex.size()));
  if (source.starts_with(kLocation)) {
    text = matched(path_of(answer.header("location")), source.substr(kLocation.size()));
  }
  if (!text) return std::nullopt;
  return json::value(json::string(decode_entities(*text)));
}

}  // namespace

std::optional<Difference> difference(const CheckStep& step, const Answer& answer) {
  if (!is_expected_status(step, answer.status)) {
    return Difference{.expected = expected_status(step), .got = answer.excerpt()};
  }
  if (!step.location.empty() && !path_of(answer.header("location")).starts_with(step.location)) {
    return Difference{.expected = "a redirect to " + step.location, .got = answer.excerpt()};
  }
  if (auto found = header_difference(step, answer)) return found;
  const std::vector<std::string> bodies =
      step.contains.empty() && step.absent.empty() ? std::vector<std::string>{} : readings(answer);
  for (const std::string& text : step.contains) {
    if (!occurs(bodies, text)) {
      return Difference{.expected = fmt::format("\"{}\" in the answer", shortened(text, kMaxShown)),
                        .got = answer.excerpt()};
    }
  }
  for (const std::string& text : step.absent) {
    if (occurs(bodies, text)) {
      return Difference{.expected = fmt::format("no \"{}\" in the answer", shortened(text, kMaxShown)),
                        .got = answer.excerpt()};
    }
  }
  if (step.json_subset) {
    const auto content = parsed(answer);
    if (!content || !contains_json(*content, *step.json_subset)) {
      return Difference{.expected = "JSON with " + shortened(json::serialize(*step.json_subset), kMaxShown),
                        .got = answer.excerpt()};
    }
  }
  return step.accessible ? accessibility_difference(answer) : std::nullopt;
}

std::expected<std::map<std::string, json::value>, std::string> saved_values(const CheckStep& step,
                                                                            const Answer& answer) {
  std::map<std::string, json::value> values;
  for (const auto& [name, source] : step.save) {
    auto value = saved_value(source, answer);
    if (!value) return std::unexpected(source);
    values.emplace(name, std::move(*value));
  }
  return values;
}

bool contains_json(const json::value& actual, const json::value& expected) {
  if (expected.is_object()) {
    if (!actual.is_object()) return false;
    return std::ranges::all_of(expected.get_object(), [&](const auto& entry) {
      const json::value* found = actual.get_object().if_contains(entry.key());
      return found != nullptr && contains_json(*found, entry.value());
    });
  }
  if (expected.is_array()) {
    if (!actual.is_array()) return false;
    return std::ranges::all_of(expected.get_array(), [&](const json::value& wanted) {
      return std::ranges::any_of(actual.get_array(),
                                 [&](const json::value& item) { return contains_json(item, wanted); });
    });
  }
  if (expected.is_number() && actual.is_number()) return expected.to_number<double>() == actual.to_number<double>();
  return expected == actual;
}

}  // namespace tenon::delivery
