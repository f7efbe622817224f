// Reads what an app's own test run left behind: JUnit XML as pytest writes it, and a Cobertura coverage report. Both
// files come out of the sandbox and are not trusted: size is limited before parsing, a DOCTYPE is refused, entities
// other than XML's own are never expanded.
//
// Throws invalid_argument when a text is too large, not XML or not such a report.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>

namespace tenon::delivery {

struct TestCounts {
  std::uint32_t passed = 0;
  std::uint32_t failed = 0;  // failures and errors
  std::uint32_t skipped = 0;
  bool operator==(const TestCounts&) const = default;
};
BOOST_DESCRIBE_STRUCT(TestCounts, (), (passed, failed, skipped))

struct FailedTest {
  std::string name;  // "tests.test_menu::test_list"
  std::string message;
  bool operator==(const FailedTest&) const = default;
};
BOOST_DESCRIBE_STRUCT(FailedTest, (), (name, message))

struct TestReport {
  TestCounts total;
  std::int64_t milliseconds = 0;
  std::vector<FailedTest> failures;  // at most 50
  std::map<std::string, TestCounts>
      assertions;  // by the property "assertion" of a test case; one case may carry several
  bool operator==(const TestReport&) const = default;
};
BOOST_DESCRIBE_STRUCT(TestReport, (), (total, milliseconds, failures, assertions))

TestReport read_junit(std::string_view xml);

// Percentage of covered lines, 0 to 100.
double read_coverage(std::string_view xml);

}  // namespace tenon::delivery
