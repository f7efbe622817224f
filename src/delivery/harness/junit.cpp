#include "delivery/harness/junit.h"

#include <cmath>
#include <set>

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <pugixml.hpp>

#include "core/error.h"
#include "core/unicode.h"

namespace tenon::delivery {
namespace {

constexpr std::size_t kMaxReport = 32U << 20U;
constexpr std::size_t kMaxFailures = 50;
constexpr std::size_t kMaxMessage = 1'000;
constexpr std::size_t kMaxAssertions = 10'000;

[[noreturn]] void refuse(std::string_view report, std::string_view reason) {
  throw Error(ErrorCode::invalid_argument, fmt::format("The {} cannot be read: {}.", report, reason),
              "It is written by the app's own test run; see its output.");
}

pugi::xml_document parse(std::string_view xml, std::string_view report) {
  if (xml.size() > kMaxReport) refuse(report, fmt::format("it is larger than {} bytes", kMaxReport));
  if (!is_valid_text(xml)) refuse(report, "it is not UTF-8 text");
  pugi::xml_document document;
  const auto parsed =
      document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
  if (!parsed) refuse(report, fmt::format("{} at byte {}", parsed.description(), parsed.offset));
  for (const pugi::xml_node& node : document) {
    if (node.type() == pugi::node_doctype) refuse(report, "it declares a document type");
  }
  return document;
}

enum class Result { passed, failed, skipped };

pugi::xml_node trouble_of(const pugi::xml_node& test) {
  const pugi::xml_node failure = test.child("failure");
  return failure ? failure : test.child("error");
}

Result result_of(const pugi::xml_node& test) {
  if (trouble_of(test)) return Result::failed;
  return test.child("skipped") ? Result::skipped : Result::passed;
}

void count(TestCounts& counts, Result result) {
  switch (result) {
    case Result::passed:
      ++counts.passed;
      break;
    case Result::failed:
      ++counts.failed;
      break;
    case Result::skipped:
      ++counts.skipped;
      break;
  }
}

FailedTest failed_test(const pugi::xml_node& test) {
  const pugi::xml_node trouble = trouble_of(test);
  std::string message = trouble.attribute("message").value();
  if (message.empty()) message = trouble.text().get();
  if (message.size() > kMaxMessage) {
    message.resize(kMaxMessage);
    while (!is_valid_text(message)) message.pop_back();
    message += "…";
  }
  return {.name = fmt::format("{}::{}", test.attribute("classname").value(), test.attribute("name").value()),
          .message = std::move(message)};
}

std::set<std::string> assertions_of(const pugi::xml_node& test) {
  std::set<std::string> ids;
  for (const pugi::xml_node& property : test.child("properties").children("property")) {
    if (std::string_view(property.attribute("name").value()) != "assertion") continue;
    std::vector<std::string> values;
    const std::string text = property.attribute("value").value();
    boost::split(values, text, boost::is_any_of(", "), boost::token_compress_on);
    ids.insert(values.begin(), values.end());
  }
  ids.erase("");
  return ids;
}

void add_test(TestReport& report, const pugi::xml_node& test) {
  const Result result = result_of(test);
  count(report.total, result);
  if (result == Result::failed && report.failures.size() < kMaxFailures) report.failures.push_back(failed_test(test));
  for (const std::string& id : assertions_of(test)) {
    if (report.assertions.size() < kMaxAssertions || report.assertions.contains(id))
      count(report.assertions[id], result);
  }
}

void add_suite(TestReport& report, const pugi::xml_node& suite) {
  const double seconds = suite.attribute("time").as_double();
  if (std::isfinite(seconds) && seconds > 0 && seconds < 1e6) {
    report.milliseconds += static_cast<std::int64_t>(std::llround(seconds * 1000));
  }
  for (const pugi::xml_node& test : suite.children("testcase")) add_test(report, test);
}

}  // namespace

TestReport read_junit(std::string_view xml) {
  constexpr std::string_view kReport = "test report";
  const pugi::xml_document document = parse(xml, kReport);
  TestReport report;
  if (const pugi::xml_node single = document.child("testsuite")) {
    add_suite(report, single);
    return report;
  }
  const pugi::xml_node suites = document.child("testsuites");
  if (!suites) refuse(kReport, "it is no JUnit report");
  for (const pugi::xml_node& suite : suites.children("testsuite")) add_suite(report, suite);
  return report;
}

double read_coverage(std::string_view xml) {
  constexpr std::string_view kReport = "coverage report";
  const pugi::xml_document document = parse(xml, kReport);
  const pugi::xml_attribute rate = document.child("coverage").attribute("line-rate");
  if (!rate) refuse(kReport, "it is no Cobertura report");
  const double share = rate.as_double(-1);
  if (!(share >= 0 && share <= 1)) refuse(kReport, fmt::format("its line rate is \"{}\"", rate.value()));
  return share * 100;
}

}  // namespace tenon::delivery
