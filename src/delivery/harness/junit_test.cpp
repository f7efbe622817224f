#include "delivery/harness/junit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/json.h"

namespace tenon::delivery {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr std::string_view kReport = R"(<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="1.234">
  <testcase classname="tests.test_menu" name="test_list" time="0.1"><properties>
    <property name="assertion" value="A1.1"/><property name="assertion" value="A1.2"/><property name="other" value="x"/>
  </properties></testcase>
  <testcase classname="tests.test_menu" name="test_search"><properties><property name="assertion" value="A1.1"/></properties>
    <failure message="assert 1 == 2 &lt;b&gt;">traceback</failure></testcase>
  <testcase classname="tests.test_login" name="test_fixture"><error>no database</error></testcase>
  <testcase classname="tests.test_login" name="test_later"><properties><property name="assertion" value="A2.1"/></properties>
    <skipped message="later"/></testcase>
</testsuite></testsuites>)";

std::string refusal(std::string_view xml) {
  try {
    read_junit(xml);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Junit, TestsAreCountedInAllAndByAssertion) {
  const TestReport report = read_junit(kReport);
  EXPECT_EQ(report.total, (TestCounts{.passed = 1, .failed = 2, .skipped = 1}));
  EXPECT_EQ(report.milliseconds, 1234);
  EXPECT_THAT(report.assertions,
              UnorderedElementsAre(Pair("A1.1", TestCounts{.passed = 1, .failed = 1, .skipped = 0}),
                                   Pair("A1.2", TestCounts{.passed = 1, .failed = 0, .skipped = 0}),
                                   Pair("A2.1", TestCounts{.passed = 0, .failed = 0, .skipped = 1})));
}

TEST(Junit, FailuresCarryTheirMessage) {
  const TestReport report = read_junit(kReport);
  ASSERT_EQ(report.failures.size(), 2U);
  EXPECT_EQ(report.failures[0], (FailedTest{.name = "tests.test_menu::test_search", .message = "assert 1 == 2 <b>"}));
  EXPECT_EQ(report.failures[1], (FailedTest{.name = "tests.test_login::test_fixture", .message = "no database"}));
}

TEST(Junit, AReportSurvivesTheJournal) {
  const TestReport report = read_junit(kReport);
  EXPECT_EQ(from_json<TestReport>(to_json(report)), report);
}

TEST(Junit, ManyAndLongFailuresAreCut) {
  std::string xml = "<testsuite>";
  for (int i = 0; i < 60; ++i)
    xml += "<testcase name='t'><failure message='" + std::string(5'000, 'x') + "'/></testcase>";
  const TestReport report = read_junit(xml + "</testsuite>");
  EXPECT_EQ(report.total.failed, 60U);
  EXPECT_EQ(report.failures.size(), 50U);
  EXPECT_LT(report.failures[0].message.size(), 1'010U);
}

TEST(Junit, WhatIsNoReportIsRefused) {
  EXPECT_THAT(refusal(""), HasSubstr("cannot be read"));
  EXPECT_THAT(refusal("<html></html>"), HasSubstr("no JUnit report"));
  EXPECT_THAT(refusal("<testsuite><testcase></testsuite>"), HasSubstr("at byte"));
  EXPECT_THAT(refusal("<testsuite name='\xff'/>"), HasSubstr("UTF-8"));
  EXPECT_THAT(refusal(std::string((32U << 20U) + 1, ' ')), HasSubstr("larger than"));
}

TEST(Junit, DocumentTypesAreRefusedSoThatNoEntityIsExpanded) {
  EXPECT_THAT(refusal("<!DOCTYPE testsuite [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><testsuite name='&a;'/>"),
              HasSubstr("document type"));
}

TEST(Junit, CoverageIsReadAsAPercentage) {
  EXPECT_DOUBLE_EQ(read_coverage("<coverage line-rate=\"0.9345\" branch-rate=\"0\"/>"), 93.45);
  EXPECT_THROW(read_coverage("<coverage/>"), Error);
  EXPECT_THROW(read_coverage("<coverage line-rate=\"7\"/>"), Error);
  EXPECT_THROW(read_coverage("<coverage line-rate=\"nan\"/>"), Error);
}

}  // namespace
}  // namespace tenon::delivery
